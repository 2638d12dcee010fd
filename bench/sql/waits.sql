-- How long each of these was late before it was on record, in seconds.
SELECT extract(epoch FROM b.recorded_at - b.due_at)
FROM complaints_breach b JOIN complaints_deadline d ON d.id = b.deadline_id
WHERE b.level = 0 AND d.complaint_id BETWEEN %(first)s AND %(last)s;
