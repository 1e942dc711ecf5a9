"""The documentation as pages to read in a browser, made from the code, its catalogs and docs/ (`make docs`)."""
