"""A definition as a graph: its connections between nodes that exist, and which of them can be satisfied together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

type Json = dict[str, Any]
# Conditions that must be satisfied together: Condition node and the name of its condition.
type Choice = frozenset[tuple[str, str]]

# With more ways than this to reach a node, it counts as reachable: nobody waits minutes for a finding.
_MOST_WAYS = 2000


@dataclass(frozen=True, slots=True)
class Graph:
    nodes: Mapping[str, Json]
    connections: tuple[Json, ...]

    @classmethod
    def of(cls, definition: Json) -> "Graph":
        nodes = {node["name"]: node for node in definition.get("nodes") or ()}
        return cls(
            nodes,
            tuple(
                each
                for each in definition.get("connections") or ()
                if each["source"] in nodes and each["target"] in nodes
            ),
        )

    def into(self, name: str) -> list[Json]:
        return [each for each in self.connections if each["target"] == name]

    def out_of(self, name: str) -> list[Json]:
        return [each for each in self.connections if each["source"] == name]

    def reached_from(self, names: Iterable[str]) -> set[str]:
        seen, waiting = set[str](), list(names)
        while waiting:
            if (name := waiting.pop()) not in seen:
                seen.add(name)
                waiting += [each["target"] for each in self.out_of(name)]
        return seen

    def closing(self) -> list[Json]:
        """The connections that close a cycle, in the order of the definition; without them there is none."""
        targets: dict[str, set[str]] = {name: set() for name in self.nodes}
        closing: list[Json] = []
        for connection in self.connections:
            source, target = connection["source"], connection["target"]
            seen, waiting = set[str](), [target]
            while waiting:
                if (name := waiting.pop()) not in seen:
                    seen.add(name)
                    waiting += targets[name]
            if source in seen:
                closing.append(connection)
            else:
                targets[source].add(target)
        return closing

    def unsatisfied(self) -> list[Json]:
        """Connections that ask for two conditions of one node at once: a node that waits for both never runs."""
        closing = {each["name"] for each in self.closing()}
        ways: dict[str, frozenset[Choice]] = {}
        found: list[Json] = []
        for name in self._in_order(closing):
            mine: frozenset[Choice] = frozenset({frozenset()})
            connections = [each for each in self.into(name) if each["name"] not in closing]
            released = [each for each in connections if each["type"] == "Conditional"]
            if released:
                mine = frozenset(way for each in released for way in _released(each, ways[each["source"]]))
                if not mine:
                    found.append(released[-1])
            for each in connections:
                if each["type"] == "Data" and mine:
                    mine = _together(mine, ways[each["source"]])
                    if not mine:
                        found.append(each)
            # What follows a node that never runs is not to blame.
            ways[name] = mine or frozenset({frozenset()})
        return found

    def _in_order(self, closing: set[str]) -> list[str]:
        ordered: list[str] = []
        seen: set[str] = set()
        for start in self.nodes:
            waiting = [(start, False)]
            while waiting:
                name, done = waiting.pop()
                if done:
                    ordered.append(name)
                elif name not in seen:
                    seen.add(name)
                    waiting.append((name, True))
                    waiting += [(each["source"], False) for each in self.into(name) if each["name"] not in closing]
        return ordered


def _released(connection: Json, ways: frozenset[Choice]) -> set[Choice]:
    condition = ((connection.get("configuration") or {}).get("conditional") or {}).get("condition", "")
    own: Choice = frozenset({(connection["source"], condition)})
    return {way | own for way in ways if _agree(way, own)}


def _together(some: frozenset[Choice], others: frozenset[Choice]) -> frozenset[Choice]:
    if len(some) * len(others) > _MOST_WAYS:
        return frozenset({frozenset()})
    joined = {one | other for one in some for other in others if _agree(one, other)}
    return frozenset(way for way in joined if not any(other < way for other in joined))


def _agree(one: Choice, other: Choice) -> bool:
    chosen = dict(one)
    return all(chosen.get(node, condition) == condition for node, condition in other)
