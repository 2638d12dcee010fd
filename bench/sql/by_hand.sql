-- What a sweep writes for orders whose first rung is reached, as one statement written by hand.
WITH due AS (
    SELECT c.id, c.reference, c.status, c.desk_id, c.estate_id, cat.name_zh, cat.name_en,
           e.name AS estate, p.code AS desk_code, d.id AS deadline, d.stage, d.round, d.due_at,
           d.held_by_id, d.due_at + r.span_amount * interval '1 second' AS following,
           clock_timestamp() AS at
    FROM complaints_complaint c
    JOIN complaints_deadline d ON d.complaint_id = c.id AND d.met_at IS NULL
         AND d.void_at IS NULL AND d.next_level = 0 AND d.next_level_at <= clock_timestamp()
    JOIN complaints_rule r ON r.id = d.rule_id
    JOIN complaints_category cat ON cat.id = c.category_id
    JOIN communities_place e ON e.id = c.estate_id
    JOIN communities_place p ON p.id = c.desk_id
    WHERE c.alarm_at <= clock_timestamp()
    FOR UPDATE OF c SKIP LOCKED
), breach AS (
    INSERT INTO complaints_breach (deadline_id, level, due_at, recorded_at, held_by_id)
    SELECT deadline, 0, due_at, at, held_by_id FROM due
), climbed AS (
    UPDATE complaints_deadline d
    SET next_level = 1, next_level_at = due.following, next_reminder_at = NULL
    FROM due WHERE d.id = due.deadline
), event AS (
    INSERT INTO complaints_event (complaint_id, at, verb, audience, from_status, to_status,
                                  actor_kind, party, office, body_id, facts)
    SELECT id, at, 'late', 'all', status, status, 'clock', 'clock', '', held_by_id,
           jsonb_build_object('stage', stage, 'round', round, 'level', 0, 'rung', 'desk',
                              'due_at', due_at)
    FROM due
), told AS (
    INSERT INTO notifications_notification
        (kind, facts, key, created_at, next_try_at, attempts, last_error, to_id, channel, duty,
         wakes, loud_from, place_code, to_spread)
    SELECT 'order_late',
           jsonb_build_object('reference', reference, 'stage', stage, 'level', 0, 'rung', 'desk',
                              'due_at', due_at, 'about',
                              jsonb_build_object('zh-hans', name_zh || ' · ' || estate,
                                                 'en', name_en || ' · ' || estate)),
           'late:' || deadline || ':0', at, at, 0, '', a.user_id, 'in_app', true, false, at,
           desk_code, true
    FROM due
    JOIN communities_body b ON b.place_id = due.desk_id
    JOIN communities_appointment a ON a.body_id = b.id AND a.office IN
         ('community_clerk', 'community_secretary', 'subdistrict_officer', 'district_officer')
         AND a.from_on <= CURRENT_DATE AND (a.until_on IS NULL OR a.until_on > CURRENT_DATE)
    JOIN accounts_user u ON u.id = a.user_id AND u.is_active
    WHERE NOT EXISTS (
        SELECT 1 FROM communities_appointment f
        JOIN communities_contract k ON k.firm_id = f.body_id
        WHERE f.user_id = a.user_id AND k.estate_id = due.estate_id
    )
)
UPDATE complaints_complaint c
SET alarm_at = least(due.following, (
        SELECT min(least(o.next_level_at, o.next_reminder_at)) FROM complaints_deadline o
        WHERE o.complaint_id = c.id AND o.id <> due.deadline
              AND o.met_at IS NULL AND o.void_at IS NULL)),
    next_due_at = least(due.due_at, (
        SELECT min(o.due_at) FROM complaints_deadline o
        WHERE o.complaint_id = c.id AND o.met_at IS NULL AND o.void_at IS NULL)),
    escalated_level = 0
FROM due WHERE c.id = due.id;
