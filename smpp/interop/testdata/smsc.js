// An SMSC on the npm package smpp: takes texts, gives receipts, and its phones send every text back.
// node smsc.js PACKAGE HOST PORT SYSTEM_ID PASSWORD; what it sees goes to stdout as JSON lines.
'use strict';
const [pkg, host, port, systemId, password] = process.argv.slice(2);
const smpp = require(pkg);

const say = (event, fields) => process.stdout.write(JSON.stringify({event, ...fields}) + '\n');

function header(udh) {
  const elements = Buffer.concat(udh);
  return Buffer.concat([Buffer.from([elements.length]), elements]);
}

let ids = 0;
const server = smpp.createServer((session) => {
  let bound = false;
  session.on('error', (e) => {
    if (!bound) {
      return; // who is refused may hang up as he likes
    }
    say('error', {text: String(e.message)});
    process.exitCode = 1;
  });
  session.on('enquire_link', (pdu) => { session.send(pdu.response()); });
  session.on('unbind', (pdu) => {
    say('unbound', {});
    session.send(pdu.response());
    session.close();
    server.close();
  });
  session.on('bind_transceiver', (pdu) => {
    if (pdu.system_id !== systemId || pdu.password !== password) {
      say('refused', {id: pdu.system_id});
      session.send(pdu.response({command_status: smpp.ESME_RINVPASWD}));
      session.close();
      return;
    }
    bound = true;
    session.send(pdu.response({system_id: 'node'}));
    say('bound', {id: pdu.system_id});
    session.enquire_link((alive) => say('alive', {status: alive.command_status}));
  });
  session.on('submit_sm', (pdu) => {
    const id = 'node-' + ++ids;
    const text = pdu.short_message.message;
    const from = pdu.source_addr, to = pdu.destination_addr;
    session.send(pdu.response({message_id: id}));
    say('mt', {from, to, text, id, dcs: pdu.data_coding});
    const back = {source_addr: to, source_addr_ton: 1, source_addr_npi: 1, destination_addr: from};
    const answered = (resp) => say('resp', {status: resp.command_status});
    if (pdu.registered_delivery & 1) {
      session.deliver_sm({
        ...back, esm_class: 4, data_coding: 0, receipted_message_id: id, message_state: 2,
        short_message: {message: 'id:' + id + ' sub:001 dlvrd:001 submit date:2611231200 done date:2611231201 stat:DELIVRD err:000 text:'},
      }, answered);
    }
    const message = {message: text};
    if (pdu.short_message.udh) {
      message.udh = header(pdu.short_message.udh);
    }
    session.deliver_sm({...back, data_coding: pdu.data_coding, short_message: message}, answered);
  });
});
server.listen(Number(port), host, () => say('listening', {port: server.address().port}));
