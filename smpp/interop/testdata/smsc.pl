#!/usr/bin/perl
# An SMSC on Net::SMPP for one bind after the other: takes texts, gives receipts, and its phones send every text back.
# perl smsc.pl HOST PORT SYSTEM_ID PASSWORD; what it sees goes to stdout as JSON lines.
use strict;
use warnings;
use JSON::PP;
use Net::SMPP;

my ($host, $port, $system_id, $password) = @ARGV;
$| = 1;
sub say_ { my ($event, %f) = @_; print encode_json({ event => $event, %f }), "\n"; }

my $ids = 0;
my $server = Net::SMPP->new_listen($host, port => $port) or die "listen: $!";
say_('listening', port => $server->sockport);

sub serve {
    my ($esme) = @_;
    while (my $pdu = $esme->read_pdu) {
        my $cmd = $pdu->explain_cmd;
        if ($cmd eq 'bind_transceiver') {
            if ($pdu->{system_id} ne $system_id || $pdu->{password} ne $password) {
                say_('refused', id => $pdu->{system_id});
                $esme->bind_transceiver_resp(system_id => '', seq => $pdu->seq, status => 0x0e);
                return 0;
            }
            $esme->bind_transceiver_resp(system_id => 'perl', seq => $pdu->seq);
            say_('bound', id => $pdu->{system_id});
            $esme->enquire_link(async => 1);
        } elsif ($cmd eq 'submit_sm') {
            my $id = 'perl-' . ++$ids;
            $esme->submit_sm_resp(message_id => $id, seq => $pdu->seq);
            say_('mt', from => $pdu->{source_addr}, to => $pdu->{destination_addr}, hex => unpack('H*', $pdu->{short_message}),
                dcs => $pdu->{data_coding}, esm => $pdu->{esm_class}, id => $id);
            my @back = (async => 1, source_addr => $pdu->{destination_addr}, source_addr_ton => 1, source_addr_npi => 1, destination_addr => $pdu->{source_addr});
            if ($pdu->{registered_delivery} & 1) {
                $esme->deliver_sm(@back, esm_class => 4, receipted_message_id => "$id\0", message_state => "\x02", short_message =>
                    "id:$id sub:001 dlvrd:001 submit date:2611231200 done date:2611231201 stat:DELIVRD err:000 text:");
            }
            $esme->deliver_sm(@back, esm_class => $pdu->{esm_class}, data_coding => $pdu->{data_coding}, short_message => $pdu->{short_message});
        } elsif ($cmd eq 'deliver_sm_resp') {
            say_('resp', status => $pdu->status);
        } elsif ($cmd eq 'enquire_link') {
            $esme->enquire_link_resp(seq => $pdu->seq);
        } elsif ($cmd eq 'enquire_link_resp') {
            say_('alive', status => $pdu->status);
        } elsif ($cmd eq 'unbind') {
            say_('unbound');
            $esme->unbind_resp(seq => $pdu->seq);
            return 1;
        } else {
            say_('error', text => "unexpected $cmd");
            return 1;
        }
    }
    say_('error', text => 'connection ended');
    return 1;
}

while (my $esme = $server->accept) {
    my $last = serve($esme);
    close $esme;
    last if $last;
}
