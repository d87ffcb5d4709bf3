-- The question of query.spoke, to the same store, by the sqlite3 shell.
SELECT strftime('%Y-%m', a.day * 86400, 'unixepoch'), s.borough, count(*), avg(a.pct)
FROM "spoke$attendance" a JOIN "spoke$school" s ON s.spoke_id = a.school
WHERE a.pct IS NOT NULL
GROUP BY 1, 2;
