-- These orders come due one after the other over the next so many seconds.
WITH late AS (
    UPDATE complaints_deadline
    SET due_at = clock_timestamp()
            + (complaint_id - %(first)s) * interval '1 second' * %(spread)s
              / (%(last)s - %(first)s + 1),
        next_level_at = clock_timestamp()
            + (complaint_id - %(first)s) * interval '1 second' * %(spread)s
              / (%(last)s - %(first)s + 1)
    WHERE stage = 'inspect' AND complaint_id BETWEEN %(first)s AND %(last)s
    RETURNING complaint_id, due_at
)
UPDATE complaints_complaint c SET next_due_at = late.due_at, alarm_at = late.due_at
FROM late WHERE c.id = late.complaint_id;
