-- Orders awaiting the desk, with two open deadlines each that are due far from now.
WITH made AS (
    INSERT INTO complaints_complaint
        (id, reference, kind, source, status, category_id, urgency, confidential,
         bypasses_community, estate_id, place_code, secret_digest, desk_id, handler_id, returns,
         unsolved, pauses, reported_at, next_due_at, alarm_at)
    SELECT n, '9901-' || lpad(n::text, 8, '0'), 'complaint', 'web', 'reported', c.id, 'normal',
           false, false, e.id, e.code, '', e.parent_id, NULL, 0, 0, 0, now(),
           now() + interval '30 days' + n * interval '1 second',
           now() + interval '30 days' + n * interval '1 second'
    FROM generate_series(%(first)s::int, %(last)s::int) n
    JOIN communities_place e ON e.id = 10000 + n %% 500
    CROSS JOIN (SELECT id FROM complaints_category WHERE code = '0101') c
    RETURNING id, desk_id, next_due_at
)
INSERT INTO complaints_deadline
    (complaint_id, stage, round, rule_id, opened_at, counts_from, due_at, extended_unit, in_days,
     provisional, held_by_id, void_reason, next_level, next_level_at, reminded)
SELECT made.id, s.stage, 1, r.id, now(), now(), made.next_due_at, '', false, false, made.desk_id,
       '', 0, made.next_due_at, 0
FROM made
CROSS JOIN (VALUES ('inspect'), ('feedback')) s (stage)
JOIN complaints_rule r ON r.stage = s.stage AND r.urgency = 'normal' AND r.version = 1;
