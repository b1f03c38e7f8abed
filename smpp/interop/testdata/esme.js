// An ESME on the npm package smpp: binds, sends every text back, unbinds on BYE.
// node esme.js PACKAGE HOST PORT SYSTEM_ID PASSWORD; what it sees goes to stdout as JSON lines.
'use strict';
const [pkg, host, port, systemId, password] = process.argv.slice(2);
const smpp = require(pkg);

const say = (event, fields) => process.stdout.write(JSON.stringify({event, ...fields}) + '\n');

// The header as it stood before the package took it apart.
function header(udh) {
  const elements = Buffer.concat(udh);
  return Buffer.concat([Buffer.from([elements.length]), elements]);
}

const session = smpp.connect({host, port: Number(port)}, () => {
  session.bind_transceiver({system_id: systemId, password}, (resp) => {
    if (resp.command_status !== 0) {
      say('refused', {status: resp.command_status});
      session.close();
      return;
    }
    say('bound', {id: resp.system_id});
    session.enquire_link((alive) => say('alive', {status: alive.command_status}));
  });
});

session.on('enquire_link', (pdu) => session.send(pdu.response()));
session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
session.on('error', (e) => { say('error', {text: String(e.message)}); process.exitCode = 1; });
session.on('deliver_sm', (pdu) => {
  const text = pdu.short_message.message;
  const from = pdu.source_addr, to = pdu.destination_addr;
  session.send(pdu.response());
  if (pdu.esm_class & 0x3c) {
    say('receipt', {from, to, text, id: pdu.receipted_message_id});
    return;
  }
  say('mo', {from, to, text, dcs: pdu.data_coding});
  if (text === 'BYE') {
    session.unbind((resp) => { say('unbound', {status: resp.command_status}); session.close(); });
    return;
  }
  const message = {message: text};
  if (pdu.short_message.udh) {
    message.udh = header(pdu.short_message.udh);
  }
  session.submit_sm({
    source_addr: to, destination_addr: from, dest_addr_ton: pdu.source_addr_ton, dest_addr_npi: pdu.source_addr_npi,
    data_coding: pdu.data_coding, registered_delivery: 1, short_message: message,
  }, (resp) => say('resp', {status: resp.command_status, id: resp.message_id}));
});
