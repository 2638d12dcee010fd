-- A district of 10 subdistricts, 100 communities and 500 estates; two clerks at every community's
-- desk, two officers at every other, 50 firms of two people each.
INSERT INTO communities_place (id, kind, code, name, parent_id)
SELECT 1, 'district', '990101', '红枫县', NULL;
INSERT INTO communities_place (id, kind, code, name, parent_id)
SELECT 100 + n, 'subdistrict', '990101' || lpad(n::text, 3, '0'), '街道' || n, 1
FROM generate_series(1, 10) n;
INSERT INTO communities_place (id, kind, code, name, parent_id)
SELECT 1000 + n, 'community',
       '990101' || lpad((1 + (n - 1) / 10)::text, 3, '0') || lpad(n::text, 3, '0'),
       '社区' || n, 101 + (n - 1) / 10
FROM generate_series(1, 100) n;
INSERT INTO communities_place (id, kind, code, name, parent_id)
SELECT 10000 + n, 'estate', p.code || lpad((1 + n % 5)::text, 3, '0'), '小区' || n, p.id
FROM generate_series(0, 499) n JOIN communities_place p ON p.id = 1001 + n / 5;
INSERT INTO communities_body (id, kind, code, name, place_id, duty)
SELECT id, CASE kind WHEN 'district' THEN 'district_office'
                     WHEN 'subdistrict' THEN 'subdistrict_office'
                     ELSE 'community_office' END, 'B' || id, name, id, ''
FROM communities_place WHERE kind <> 'estate';
INSERT INTO communities_body (id, kind, code, name, place_id, duty)
SELECT 50000 + n, 'firm', 'F' || n, '物业' || n, 1, '' FROM generate_series(0, 49) n;
INSERT INTO communities_contract (public_id, firm_id, estate_id, from_on)
SELECT gen_random_uuid(), 50000 + n % 50, 10000 + n, DATE '2020-01-01' FROM generate_series(0, 499) n;
INSERT INTO accounts_user (id, password, public_id, username, email, name, language, elder,
                           is_active, registered_at)
SELECT b.id * 2 + m, '', gen_random_uuid(), 'u' || b.id || m, '', '人员', 'zh-hans', false, true,
       now()
FROM communities_body b, generate_series(0, 1) m;
INSERT INTO communities_appointment (public_id, user_id, office, body_id, from_on)
SELECT gen_random_uuid(), b.id * 2 + m,
       CASE b.kind WHEN 'firm' THEN 'firm_manager' WHEN 'community_office' THEN 'community_clerk'
                   WHEN 'subdistrict_office' THEN 'subdistrict_officer'
                   ELSE 'district_officer' END, b.id, DATE '2020-01-01'
FROM communities_body b, generate_series(0, 1) m;
