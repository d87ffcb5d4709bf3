// Times questions over attendance with DuckDB (npm install @duckdb/node-api).
//
//     node duck.js DATABASE THREADS import FOLDER
//     node duck.js DATABASE THREADS ask NAME
//
// `import` makes the tables from the CSV files. `ask` prints the answer as CSV to the standard
// output, and to the standard error the seconds of opening and asking for the first time, then of
// asking again (the least of five).
const { DuckDBInstance } = require('@duckdb/node-api');

const students = `SELECT student_id, count(*) n, count(*) FILTER (status IN ('A', 'E')) a
  FROM attendance GROUP BY student_id HAVING count(*) >= 10`;
const by = (dim) => `SELECT ${dim}, sum((10 * a >= n)::int), count(*)
  FROM (${students}) JOIN students USING (student_id) GROUP BY 1 ORDER BY 1`;
const questions = {
  overall: `SELECT sum((10 * a >= n)::int), count(*) FROM (${students})`,
  race: by('race'),
  grade: by('grade'),
  month: `SELECT school_id, ym, sum((10 * a >= n)::int), count(*) FROM (
    SELECT school_id, year(date) * 100 + month(date) ym, student_id, count(*) n,
      count(*) FILTER (status IN ('A', 'E')) a
    FROM attendance GROUP BY ALL HAVING count(*) >= 10)
    GROUP BY school_id, ym ORDER BY school_id, ym`,
};

const tables = (folder) => [
  `CREATE TABLE schools(school_id INTEGER PRIMARY KEY, name TEXT, level TEXT)`,
  `CREATE TABLE students(student_id INTEGER PRIMARY KEY, school_id INTEGER, grade INTEGER, race TEXT)`,
  `INSERT INTO schools FROM read_csv('${folder}/schools.csv')`,
  `INSERT INTO students FROM read_csv('${folder}/students.csv')`,
  `CREATE TABLE attendance AS FROM read_csv('${folder}/attendance.csv', columns = {student_id:
    'INTEGER', school_id: 'INTEGER', date: 'DATE', status: 'VARCHAR', reason: 'VARCHAR'})`,
  'CHECKPOINT',
];

const seconds = () => Number(process.hrtime.bigint()) / 1e9;

async function main() {
  const [database, threads, what, which] = process.argv.slice(2);
  const start = seconds();
  const instance = await DuckDBInstance.create(database, { threads });
  const connection = await instance.connect();
  if (what === 'import') {
    for (const sql of tables(which)) await connection.run(sql);
    connection.closeSync();
    instance.closeSync();
    console.error((seconds() - start).toFixed(6));
    return;
  }
  let rows = await connection.runAndReadAll(questions[which]);
  const first = seconds() - start;
  let again = Infinity;
  for (let i = 0; i < 5; i++) {
    const before = seconds();
    rows = await connection.runAndReadAll(questions[which]);
    again = Math.min(again, seconds() - before);
  }
  for (const row of rows.getRows()) console.log(row.join(','));
  console.error(first.toFixed(6), again.toFixed(6));
}

main();
