"""Finds the edit distance of pairs of graphs with networkx, for a comparison with ours.

Reads [[graph, graph], ...], where a graph is {"nodes": count, "edges": [[place, place], ...]}. Writes [distance, ...].
"""

import json
import sys

import networkx


def graph(description):
    made = networkx.Graph()
    made.add_nodes_from(range(description["nodes"]))
    made.add_edges_from(description["edges"])
    return made


json.dump([int(networkx.graph_edit_distance(graph(one), graph(other))) for one, other in json.load(sys.stdin)], sys.stdout)
