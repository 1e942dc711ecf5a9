from .backbone import find_backbone as find_backbone
from .bridges import find_bridges as find_bridges
from .bridges import find_mixing as find_mixing
from .chance import find_tightness as find_tightness
from .changes import find_arena_changes as find_arena_changes
from .claims import find_claim as find_claim
from .claims import find_claims as find_claims
from .communities import find_communities as find_communities
from .coordinated import link_coordination as link_coordination
from .coordination import find_coordination as find_coordination
from .coordination import find_coordination_in_shares as find_coordination_in_shares
from .copies import find_copies as find_copies
from .exporting import save_graph as save_graph
from .lineage import find_lineage as find_lineage
from .links import link_forwards as link_forwards
from .links import link_mentions as link_mentions
from .links import link_replies as link_replies
from .listing import list_arenas as list_arenas
from .maps import NetworkMap as NetworkMap
from .maps import save_map as save_map
from .outbreaks import find_outbreak as find_outbreak
from .outbreaks import find_outbreaks as find_outbreaks
from .periods import find_changes as find_changes
from .periods import find_matches as find_matches
from .periods import link_quarters as link_quarters
from .projections import link_members as link_members
from .projections import link_shared as link_shared
from .returning import read_graph as read_graph
from .shares import find_shares as find_shares
from .spread import find_spread as find_spread
from .spread import find_spreads as find_spreads

__all__ = [
    "NetworkMap",
    "find_arena_changes",
    "find_backbone",
    "find_bridges",
    "find_changes",
    "find_claim",
    "find_claims",
    "find_communities",
    "find_coordination",
    "find_coordination_in_shares",
    "find_copies",
    "find_lineage",
    "find_matches",
    "find_mixing",
    "find_outbreak",
    "find_outbreaks",
    "find_shares",
    "find_spread",
    "find_spreads",
    "find_tightness",
    "link_coordination",
    "link_forwards",
    "link_members",
    "link_mentions",
    "link_quarters",
    "link_replies",
    "link_shared",
    "list_arenas",
    "read_graph",
    "save_graph",
    "save_map",
]
