"""Compares a ledger with the tables: nothing lost, nothing twice, nothing half done, nothing late.

Plain SQL on the tables, so that it shares no line with what it judges.
"""

from datetime import datetime
from typing import Any

from tests.faults.machines import Ask
from tests.faults.residents import Ledger

FILED = """
    SELECT s.text, c.reference,
           (SELECT count(*) FROM complaints_event e
             WHERE e.complaint_id = c.id AND e.verb = 'report'),
           (SELECT string_agg(d.stage || d.round, ' ' ORDER BY d.stage)
              FROM complaints_deadline d WHERE d.complaint_id = c.id AND d.round = 1),
           (SELECT count(*) FROM notifications_notification n
             WHERE n.kind = 'order_report' AND n.channel = 'in_app'
               AND n.facts ->> 'reference' = c.reference),
           (SELECT count(*) FROM complaints_contact k WHERE k.complaint_id = c.id)
      FROM complaints_statement s JOIN complaints_complaint c ON c.id = s.complaint_id
     WHERE s.kind = 'description' AND s.text LIKE 'fault %%'
"""
DONE = """
    SELECT s.text, c.reference, count(e.id)
      FROM complaints_statement s
      JOIN complaints_complaint c ON c.id = s.complaint_id
      LEFT JOIN complaints_event e ON e.statement_id = s.id AND e.verb = 'inspect'
     WHERE s.kind = 'note' AND s.text LIKE 'fault %%'
     GROUP BY s.id, s.text, c.reference
"""
# Each of these finds what must not be there.
NEVER = {
    "an order without its first event": """
        SELECT c.reference FROM complaints_complaint c WHERE NOT EXISTS
            (SELECT FROM complaints_event e WHERE e.complaint_id = c.id AND e.verb = 'report')""",
    "an order without a promise": """
        SELECT c.reference FROM complaints_complaint c WHERE NOT EXISTS
            (SELECT FROM complaints_deadline d WHERE d.complaint_id = c.id)""",
    "the same rung of a late stage recorded twice": """
        SELECT deadline_id, level, count(*) FROM complaints_breach
         GROUP BY deadline_id, level HAVING count(*) > 1""",
    "a late stage told twice, or not at all, on the timeline": """
        SELECT d.complaint_id, d.stage, d.round, b.level, count(e.id)
          FROM complaints_breach b JOIN complaints_deadline d ON d.id = b.deadline_id
          LEFT JOIN complaints_event e ON e.complaint_id = d.complaint_id AND e.verb = 'late'
           AND e.facts ->> 'stage' = d.stage AND (e.facts ->> 'round')::int = d.round
           AND (e.facts ->> 'level')::int = b.level
         GROUP BY d.complaint_id, d.stage, d.round, b.level HAVING count(e.id) <> 1""",
    "a late stage on the timeline that was never recorded": """
        SELECT e.id FROM complaints_event e WHERE e.verb = 'late' AND NOT EXISTS
            (SELECT FROM complaints_breach b JOIN complaints_deadline d ON d.id = b.deadline_id
              WHERE d.complaint_id = e.complaint_id AND d.stage = e.facts ->> 'stage'
                AND d.round = (e.facts ->> 'round')::int
                AND b.level = (e.facts ->> 'level')::int)""",
    "the same notice twice to one person by one way": """
        SELECT key, to_id, channel, count(*) FROM notifications_notification
         GROUP BY key, to_id, channel HAVING count(*) > 1""",
    "a rung without a notice to anybody": """
        SELECT b.id FROM complaints_breach b
          JOIN complaints_deadline d ON d.id = b.deadline_id
          JOIN complaints_complaint c ON c.id = d.complaint_id
         WHERE NOT EXISTS
            (SELECT FROM notifications_notification n
              WHERE n.kind = 'order_late' AND n.facts ->> 'reference' = c.reference)""",
    "a rung recorded before it was due": """
        SELECT id, due_at, recorded_at FROM complaints_breach WHERE recorded_at < due_at""",
    "a rung that is not where the rule puts it": """
        SELECT b.id, b.level, b.due_at, d.due_at FROM complaints_breach b
          JOIN complaints_deadline d ON d.id = b.deadline_id
          JOIN complaints_rule r ON r.id = d.rule_id
         WHERE r.span_unit = 'seconds'
           AND b.due_at <> d.due_at + make_interval(secs => b.level * r.span_amount)""",
    "a rung recorded after its promise had been kept": """
        SELECT b.id, b.due_at, d.met_at FROM complaints_breach b
          JOIN complaints_deadline d ON d.id = b.deadline_id WHERE b.due_at > d.met_at""",
    "a promise kept late without a breach": """
        SELECT d.id, d.due_at, d.met_at FROM complaints_deadline d WHERE d.met_at >= d.due_at
           AND NOT EXISTS (SELECT FROM complaints_breach b WHERE b.deadline_id = d.id)""",
    "a moment in the future": """
        SELECT 'event', id, at FROM complaints_event WHERE at > clock_timestamp()
        UNION ALL SELECT 'order', id, reported_at FROM complaints_complaint
         WHERE reported_at > clock_timestamp()
        UNION ALL SELECT 'notice', id, created_at FROM notifications_notification
         WHERE created_at > clock_timestamp()
        UNION ALL SELECT 'delivered', id, delivered_at FROM notifications_notification
         WHERE delivered_at > clock_timestamp()
        UNION ALL SELECT 'breach', id, recorded_at FROM complaints_breach
         WHERE recorded_at > clock_timestamp()""",
}
# Rungs that are due and not recorded: three of them, as far apart as the rule says.
MISSING = """
    SELECT c.reference, d.stage, d.round, level, d.due_at
      FROM complaints_deadline d
      JOIN complaints_complaint c ON c.id = d.complaint_id
      JOIN complaints_rule r ON r.id = d.rule_id AND r.span_unit = 'seconds'
      CROSS JOIN generate_series(0, 2) AS level
     WHERE d.void_at IS NULL AND d.stage <> 'handle'
       AND d.due_at + make_interval(secs => level * r.span_amount)
           <= least(d.met_at, coalesce(%s, clock_timestamp()))
       AND NOT EXISTS (SELECT FROM complaints_breach b
                        WHERE b.deadline_id = d.id AND b.level = level.level)
"""


def compare(ask: Ask, ledger: Ledger) -> list[str]:
    """What the tables and the ledger disagree on, in sentences; nothing when all is well."""
    found = [*ledger.strange]
    found += _reports(ask, ledger)
    found += _verbs(ask, ledger)
    for name, sql in NEVER.items():
        found += [f"{name}: {row}" for row in ask(sql)[:5]]
    return found


def missing(ask: Ask, at: datetime | None = None) -> list[tuple[Any, ...]]:
    """Rungs that had been reached at a moment, by default now, and are not on record."""
    return ask(MISSING, at)


def _reports(ask: Ask, ledger: Ledger) -> list[str]:
    found: list[str] = []
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for words, *facts in ask(FILED):
        rows.setdefault(words, []).append(tuple(facts))
    heard = [row[3] for kept in rows.values() for row in kept]
    usual = max(set(heard), key=heard.count, default=0)
    for words, reference in ledger.reports.items():
        kept = rows.pop(words, [])
        if len(kept) != 1:
            found.append(f"{reference} was confirmed, and is there {len(kept)} times")
            continue
        whole = (reference, 1, "feedback1 inspect1", usual, 1)
        if kept[0] != whole or not usual:
            found.append(f"{reference} is not whole: {kept[0]} instead of {whole}")
    for words, kept in rows.items():
        if len(kept) > 1 or words not in ledger.unsure:
            found.append(f"{words!r} is there {len(kept)} times and nobody was told of it")
    return found


def _verbs(ask: Ask, ledger: Ledger) -> list[str]:
    found: list[str] = []
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for words, *facts in ask(DONE):
        rows.setdefault(words, []).append(tuple(facts))
    for words, reference in ledger.verbs.items():
        kept = rows.pop(words, [])
        if kept != [(reference, 1)]:
            found.append(f"a check of {reference} was confirmed, and is there as {kept}")
    for words, kept in rows.items():
        if len(kept) > 1 or words not in ledger.unsure_verbs:
            found.append(f"the check {words!r} is there as {kept} and nobody was told of it")
    return found
