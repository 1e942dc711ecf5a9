from .communities import find_communities as find_communities
from .forwards import link_forwards as link_forwards
from .graphs import save_graph as save_graph
from .lineage import find_lineage as find_lineage

__all__ = ["find_communities", "find_lineage", "link_forwards", "save_graph"]
