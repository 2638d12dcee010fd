-- As after a night: what the inserts left behind is swept up, and the planner knows the tables.
ANALYZE complaints_complaint, complaints_deadline, communities_appointment, notifications_notification;
