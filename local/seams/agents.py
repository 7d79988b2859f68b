"""The records of agents that MiniStack keeps: agents, their aliases and action groups."""

from typing import Any

from ministack.services import bedrock_agent

type Json = dict[str, Any]


def agent_of(alias_arn: str) -> tuple[Json, Json, list[Json]] | None:
    """The alias, its agent and the agent's action groups that are enabled; None if there is no such alias.

    MiniStack has no versions of agents, so an alias leads to the draft.
    """
    agent_id, _, alias_id = alias_arn.rpartition("agent-alias/")[2].partition("/")
    alias, agent = bedrock_agent._agent_aliases.get(f"{agent_id}/{alias_id}"), bedrock_agent._agents.get(agent_id)
    if alias is None or agent is None:
        return None
    groups = [
        group
        for key, group in bedrock_agent._agent_action_groups.items()
        if key.startswith(f"{agent_id}/") and group.get("ActionGroupState") == "ENABLED"
    ]
    return alias, agent, groups
