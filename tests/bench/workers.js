// The call of the dispatch lines by well-kept queues of Node.js on the same PostgreSQL: what dispatch_peer and dispatch_batch
// compare with. Prints jobs per second. usage: node workers.js graphile|boss COUNT DATABASE_URL CALL_URL
'use strict';
const http = require('node:http');

const [kind, count, database, target] = [process.argv[2], Number(process.argv[3]), process.argv[4], process.argv[5]];
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

function call() {
    return new Promise((resolve, reject) => {
        http.get(target, { agent, headers: { authorization: 'Bearer bench' } }, (answer) => {
            answer.resume();
            answer.on('end', () => (answer.statusCode === 404 ? resolve() : reject(new Error(`status ${answer.statusCode}`))));
        }).on('error', reject);
    });
}

function report(started) {
    console.log(count / (Number(process.hrtime.bigint() - started) / 1e9));
}

async function graphile() {
    const { run, makeWorkerUtils, Logger } = require('graphile-worker');
    const logger = new Logger(() => () => {});
    const utils = await makeWorkerUtils({ connectionString: database, logger });
    await utils.migrate();
    await utils.withPgClient((client) => client.query(
        "select graphile_worker.add_job('read', json_build_object('n', n)) from generate_series(1, $1) n", [count]));
    const started = process.hrtime.bigint();
    let done = 0;
    let finish;
    const all = new Promise((resolve) => { finish = resolve; });
    const runner = await run({
        connectionString: database, concurrency: 24, maxPoolSize: 25, noHandleSignals: true, logger,
        taskList: { read: call },
    });
    runner.events.on('job:complete', ({ error }) => {
        if (error) throw error;
        done += 1;
        if (done === count) finish();
    });
    await all;
    report(started);
    await runner.stop();
    await utils.release();
}

async function boss() {
    const PgBoss = require('pg-boss');
    const queue = new PgBoss({ connectionString: database, supervise: false, schedule: false });
    await queue.start();
    await queue.createQueue('read');
    await queue.insert(Array.from({ length: count }, (_, n) => ({ name: 'read', data: { n } })));
    const started = process.hrtime.bigint();
    let done = 0;
    while (done < count) {
        const jobs = await queue.fetch('read', { batchSize: 100 });
        await Promise.all(jobs.map(call));
        await queue.complete('read', jobs.map((job) => job.id));
        done += jobs.length;
    }
    report(started);
    await queue.stop({ graceful: false });
}

({ graphile, boss })[kind]().then(() => process.exit(0), (error) => {
    console.error(error);
    process.exit(1);
});
