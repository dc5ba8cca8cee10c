// The booking of the same database behind a well-kept Node.js server: Fastify, pg, the same function, a commit a call.
// What book_peer compares with. usage: node peer.js PORT; NIGHTBRIDGE_DATABASE_URL and PGPASSWORD as the daemon has them.
'use strict';
const { createHash } = require('node:crypto');
const fastify = require('fastify')({ logger: false });
const { Pool } = require('pg');

const [port, actor, hotline] = process.argv.slice(2).map(Number);
const pool = new Pool({ host: process.env.PGHOST, database: process.env.PGDATABASE, user: 'nb_staff', max: 8 });
const book = {
    name: 'book',
    text: process.env.BENCH_BOOK,
};

fastify.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization !== `Bearer ${process.env.BENCH_TOKEN}`) {
        reply.code(401).send({ code: 'unauthorized' });
    }
});
fastify.post('/v1/requests/:id/bookings', {
    schema: {
        body: { type: 'object', required: ['option'], properties: { option: { type: 'string', format: 'uuid' } } },
    },
}, async (request, reply) => {
    const print = Buffer.concat([Buffer.from([0, 0, 0, 1]),
        createHash('sha256').update(JSON.stringify(request.body)).digest()]);
    const wish = { actor, role: 'director', hotline, op_key: request.headers['idempotency-key'], print: `\\x${print.toString('hex')}`,
        request: request.params.id, options: [request.body.option], allow_next: false, tolerance: 0 };
    const { rows } = await pool.query({ ...book, values: [JSON.stringify([wish])] });
    reply.code(rows[0].status).send(rows[0]);
});
fastify.listen({ port, host: '127.0.0.1' });
