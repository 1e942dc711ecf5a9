import sys
sys.path.insert(0,"/tmp")
def test_try(tmp_path_factory):
    import tests.oracles.conftest as c
    town = getattr(c.town,"__wrapped__",None) or c.town._get_wrapped_function()
    import shares_try
    shares_try.run(town(tmp_path_factory))
