#!/usr/bin/perl
# An ESME on Net::SMPP: binds, sends every text back, unbinds on BYE.
# perl esme.pl HOST PORT SYSTEM_ID PASSWORD; what it sees goes to stdout as JSON lines.
use strict;
use warnings;
use JSON::PP;
use Net::SMPP;

my ($host, $port, $system_id, $password) = @ARGV;
$| = 1;
sub say_ { my ($event, %f) = @_; print encode_json({ event => $event, %f }), "\n"; }

my ($smsc, $resp) = Net::SMPP->new_transceiver($host, port => $port, system_id => $system_id, password => $password,
    system_type => '', address_range => '') or die "connect: $!";
if (!$resp || $resp->status) {
    say_('refused', status => $resp ? $resp->status : -1);
    exit 0;
}
say_('bound', id => $resp->{system_id});
# Synchronous calls drop what they don't wait for: everything below is asynchronous.
$smsc->enquire_link(async => 1);
while (my $pdu = $smsc->read_pdu) {
    my $cmd = $pdu->explain_cmd;
    if ($cmd eq 'deliver_sm') {
        my $octets = $pdu->{short_message};
        my %seen = (from => $pdu->{source_addr}, to => $pdu->{destination_addr}, hex => unpack('H*', $octets), dcs => $pdu->{data_coding}, esm => $pdu->{esm_class});
        $smsc->deliver_sm_resp(message_id => '', seq => $pdu->seq);
        if ($pdu->{esm_class} & 0x3c) {
            my $id = $pdu->{receipted_message_id};
            $id =~ s/\0.*// if defined $id;
            say_('receipt', %seen, id => $id);
            next;
        }
        say_('mo', %seen);
        if ($octets eq 'BYE') {
            $smsc->unbind(async => 1);
            next;
        }
        $smsc->submit_sm(async => 1, source_addr => $pdu->{destination_addr}, destination_addr => $pdu->{source_addr},
            dest_addr_ton => $pdu->{source_addr_ton}, dest_addr_npi => $pdu->{source_addr_npi}, esm_class => $pdu->{esm_class},
            data_coding => $pdu->{data_coding}, registered_delivery => 1, short_message => $octets);
    } elsif ($cmd eq 'submit_sm_resp') {
        say_('resp', status => $pdu->status, id => $pdu->{message_id});
    } elsif ($cmd eq 'enquire_link') {
        $smsc->enquire_link_resp(seq => $pdu->seq);
    } elsif ($cmd eq 'enquire_link_resp') {
        say_('alive', status => $pdu->status);
    } elsif ($cmd eq 'unbind') {
        $smsc->unbind_resp(seq => $pdu->seq);
        exit 0;
    } elsif ($cmd eq 'unbind_resp') {
        say_('unbound', status => $pdu->status);
        exit 0;
    } else {
        say_('error', text => "unexpected $cmd");
        exit 1;
    }
}
say_('error', text => 'connection ended');
exit 1;
