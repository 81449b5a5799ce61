// SPDX-License-Identifier: GPL-3.0-or-later
// node cobs_lines.cjs decode|encode: hex lines in, hex lines out, by the npm package cobs.
'use strict';
const cobs = require('cobs');
const work = { decode: cobs.decode, encode: cobs.encode }[process.argv[2]];
const lines = require('fs').readFileSync(0, 'utf8').split('\n').filter((line) => line !== '');
process.stdout.write(lines.map((line) => work(Buffer.from(line, 'hex')).toString('hex') + '\n').join(''));
