import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { Text } from "../../text/Text";
import { messages as runMessages } from "../debates/messages";
import { messages } from "./messages";

type Case = Schemas["RunCases"]["cases"][number];
type Technique = Schemas["Technique"];
type Plan = NonNullable<Schemas["RunDetails"]["plan"]>;

const UNITS: Record<Technique, number> = { naive: 1, expert: 1, consultancy: 2, debate: 2 };

/** The cases, and how far each is: live, round by round. */
export function CaseTable({ runId, plan, cases }: { runId: string; plan: Plan; cases: Case[] }) {
  const t = useMessages(messages);
  const { techniqueNames } = useMessages(runMessages);
  const { number } = useFormats();
  return (
    <Table
      wrapLines
      trackBy="number"
      items={cases}
      header={<Header variant="h2">{t.cases}</Header>}
      ariaLabels={{ tableLabel: t.cases }}
      empty={t.noCases}
      columnDefinitions={[
        {
          id: "case",
          header: t.case,
          isRowHeader: true,
          minWidth: 120,
          cell: (each) => (
            <Link to={`/debates/${runId}/cases/${each.number}`}>
              <Text of={each.id} />
            </Link>
          ),
        },
        { id: "label", header: t.label, minWidth: 70, cell: ({ label }) => label ?? "–" },
        ...plan.techniques.map((technique) => ({
          id: technique,
          header: techniqueNames[technique],
          minWidth: 140,
          cell: (each: Case) => {
            const { rounds, votes, judged } = progressOf(each, technique);
            if (judged) return t.judged(number(votes));
            if (votes) return t.voting(number(votes));
            return rounds ? t.round(number(rounds), number(plan.rounds)) : "–";
          },
        })),
      ]}
    />
  );
}

/** Of all units of a technique together: the round that all of them are in, and the votes of all. */
export function progressOf({ units }: Case, technique: Technique) {
  const own = units.filter(({ name }) => name.split("-")[0] === technique);
  return {
    rounds: own.length ? Math.max(...own.map((each) => each.rounds)) : 0,
    votes: own.reduce((sum, each) => sum + each.votes, 0),
    judged: own.length === UNITS[technique] && own.every((each) => each.judged),
  };
}
