-- The on-site check of these orders was due a minute ago, and nobody has looked yet.
WITH late AS (
    UPDATE complaints_deadline
    SET due_at = clock_timestamp() - interval '1 minute',
        next_level_at = clock_timestamp() - interval '1 minute'
    WHERE stage = 'inspect' AND complaint_id BETWEEN %(first)s AND %(last)s
    RETURNING complaint_id, due_at
)
UPDATE complaints_complaint c SET next_due_at = late.due_at, alarm_at = late.due_at
FROM late WHERE c.id = late.complaint_id;
