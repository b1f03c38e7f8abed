package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// linkWith is a configuration whose only link has more keys, from line 8 on.
func linkWith(keys ...string) string {
	return "short_code: \"12345\"\nsmpp:\n  links:\n    - {name: spare, carrier: other, addr: h:1, system_id: x}\n    - name: n\n      addr: h:1\n      system_id: x\n      " +
		strings.Join(keys, "\n      ") + "\nticketing: {terminals: [{name: local}]}\n"
}

func TestLinkKeys(t *testing.T) {
	c, err := Parse("f.yaml", []byte(linkWith(
		"carrier: north", "bind: transmitter", "bind_from: 127.0.0.2", "weight: 3", `short_codes: ["10086", 12306]`, "prefixes: [86138, \"86139\"]",
		"failover_after: 1s", "window_in: 7", "rate: 50", "response: 5s", "inactivity: 10m", "alarm_age: 30s", "default_alphabet: latin1", "dcs15: default",
		"shift_tables: ignore", "source_ton: 0", "source_npi: 1", "dest_ton: 2", "submit: data_sm", "long: sar", "registered_delivery: all",
		"user_reference: true", "validity: 48h", "receipt_ids: hex-to-decimal", "unknown_ticket: 2m", "unknown_reply: resend", "unknown_notice: never",
		"statuses: {0x0400: later, 8: fail, \"0x0401\": later}", "dedupe_window: 20m", "query_after: 15m", "cancel_after: 1h", "system_type: SMPP", "address_range: ^1")), nil)
	require.NoError(t, err)
	l := c.SMPP.Links[1]
	zero, one, two := 0, 1, 2
	require.Equal(t, []string{"10086", "12306"}, l.ShortCodes)
	require.Equal(t, []string{"86138", "86139"}, l.Prefixes)
	require.Equal(t, []*int{&zero, &one, &two, nil}, []*int{l.SourceTON, l.SourceNPI, l.DestTON, l.DestNPI})
	require.Equal(t, map[uint32]bool{0x400: true, 8: false, 0x401: true}, l.StatusTable)
	require.Equal(t, 48*time.Hour, l.Validity)
	require.Equal(t, "north", l.Carrier)
	require.True(t, l.UserReference)
	require.Nil(t, l.Secured)
	require.Equal(t, []time.Duration{15 * time.Minute, time.Hour}, []time.Duration{l.QueryAfter, l.CancelAfter})
}

// What is taken back needs another way, and somebody who asks.
func TestO01CancelNeedsAnotherCarrier(t *testing.T) {
	for want, change := range map[string][2]string{
		"smpp.links[1].cancel_after: has no other carrier":     {"carrier: other, addr", "carrier: n, addr"},
		"smpp.links[1].query_after: a receiver cannot ask":     {"name: n", "name: n\n      bind: receiver"},
		"smpp.links[1].cancel_after: would lose the ticket":    {"smpp:\n", "smpp:\n  undelivered: leave\n"},
		"smpp.links[1].cancel_after: 24h0m0s is out of range;": {"cancel_after: 1h", "cancel_after: 24h"},
	} {
		text := strings.Replace(linkWith("query_after: 10m", "cancel_after: 1h"), change[0], change[1], 1)
		_, err := Parse("f.yaml", []byte(text), nil)
		require.ErrorContains(t, err, want)
	}
}

func TestLinkKeysFromEnvironment(t *testing.T) {
	c, err := Parse("f.yaml", []byte(linkWith("weight: 2")), []string{"SHORTFARE_SMPP_LINKS_1_PREFIXES=86138, 86139", "SHORTFARE_SMPP_LINKS_1_SOURCE_TON=5",
		"SHORTFARE_SMPP_LINKS_1_DCS15=default", "SHORTFARE_SMPP_LINKS_1_UNKNOWN_TICKET=never", "SHORTFARE_SMPP_UNDELIVERED=leave"})
	require.NoError(t, err)
	require.Equal(t, []string{"86138", "86139"}, c.SMPP.Links[1].Prefixes)
	require.Equal(t, 5, *c.SMPP.Links[1].SourceTON)
	require.Equal(t, "default", c.SMPP.Links[1].DCS15)
	require.Equal(t, "leave", c.SMPP.Undelivered)
}

// O01: every wrong value of a link names its line.
func TestO01LinkProblems(t *testing.T) {
	for line, want := range map[string]string{
		"bind: both":                   `f.yaml:8: smpp.links[1].bind: "both" is not known; write one of transceiver, receiver, transmitter`,
		"bind: receiver":               `f.yaml:8: smpp.links[1].bind: carrier "n" has receivers only`,
		"carrier: spare":               `f.yaml:8: smpp.links[1].carrier: "spare" is the name of a link of carrier "other"`,
		"bind_from: here":              "f.yaml:8: smpp.links[1].bind_from:",
		"weight: 0":                    "f.yaml:8: smpp.links[1].weight: 0 is out of range; write 1 to 1000",
		"short_codes: [abc]":           "f.yaml:8: smpp.links[1].short_codes:",
		"short_codes: 12345":           "f.yaml:8: smpp.links[1].short_codes: must be a list",
		"prefixes: [\"+86\"]":          "f.yaml:8: smpp.links[1].prefixes:",
		"failover_after: 0s":           "f.yaml:8: smpp.links[1].failover_after:",
		"window_in: 0":                 "f.yaml:8: smpp.links[1].window_in:",
		"rate: -1":                     "f.yaml:8: smpp.links[1].rate:",
		"response: 1ms":                "f.yaml:8: smpp.links[1].response:",
		"inactivity: 1s":               "f.yaml:8: smpp.links[1].inactivity:",
		"alarm_age: 0s":                "f.yaml:8: smpp.links[1].alarm_age:",
		"dedupe_window: 48h":           "f.yaml:8: smpp.links[1].dedupe_window:",
		"default_alphabet: ebcdic":     "f.yaml:8: smpp.links[1].default_alphabet:",
		"dcs15: big5":                  "f.yaml:8: smpp.links[1].dcs15:",
		"shift_tables: x":              "f.yaml:8: smpp.links[1].shift_tables:",
		"source_ton: 256":              "f.yaml:8: smpp.links[1].source_ton:",
		"submit: x":                    "f.yaml:8: smpp.links[1].submit:",
		"long: x":                      "f.yaml:8: smpp.links[1].long:",
		"registered_delivery: some":    "f.yaml:8: smpp.links[1].registered_delivery:",
		"validity: 1s":                 "f.yaml:8: smpp.links[1].validity:",
		"receipt_ids: octal":           "f.yaml:8: smpp.links[1].receipt_ids:",
		"unknown_ticket: 2h":           "f.yaml:8: smpp.links[1].unknown_ticket:",
		"unknown_reply: soon":          "f.yaml:8: smpp.links[1].unknown_reply:",
		"query_after: 1s":              "f.yaml:8: smpp.links[1].query_after: 1s is out of range",
		"cancel_after: 1h":             "f.yaml:8: smpp.links[1].cancel_after: needs query_after",
		"statuses: {x: later}":         `f.yaml:8: smpp.links[1].statuses: "x" is no command_status`,
		"statuses: {0x400: soon}":      `f.yaml:8: smpp.links[1].statuses.`,
		"statuses: [1]":                "f.yaml:8: smpp.links[1].statuses: must be a table",
		"tls: {ca: /none.pem}":         "f.yaml:8: smpp.links[1].tls.ca: open /none.pem",
		"tls: {server_name: smsc}":     "f.yaml:8: smpp.links[1].tls.ca:",
		"outbind_id: x":                "f.yaml:5: smpp.links[1].outbind_listen:",
		"outbind_listen: h:1":          "f.yaml:5: smpp.links[1].outbind_",
		"system_type: 1234567890123":   "f.yaml:8: smpp.links[1].system_type:",
		"address_ton: 300":             "f.yaml:8: smpp.links[1].address_ton:",
		"password: 123456789":          "f.yaml:8: smpp.links[1].password: has more than",
		"password_file: /nowhere/file": "f.yaml:8: smpp.links[1].password_file:",
	} {
		_, err := Parse("f.yaml", []byte(linkWith(line)), nil)
		require.ErrorContains(t, err, want, line)
	}
}

// certificate writes a certificate that signs itself, and its key.
func certificate(t *testing.T, dir string) (cert, priv string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	self := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "esme"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, self, self, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	write := func(name, kind string, b []byte) string {
		f := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(f, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}), 0o600))
		return f
	}
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", private)
}

// S19: a link with tls has a configuration that trusts its own authority only.
func TestS19Files(t *testing.T) {
	dir := t.TempDir()
	cert, priv := certificate(t, dir)
	c, err := Parse("f.yaml", []byte(linkWith("tls: {ca: "+cert+", cert: "+cert+", key: "+priv+", server_name: smsc}")), nil)
	require.NoError(t, err)
	s := c.SMPP.Links[1].Secured
	require.Equal(t, "smsc", s.ServerName)
	require.Len(t, s.Certificates, 1)
	require.NotNil(t, s.RootCAs)
	require.False(t, s.InsecureSkipVerify)
	secret := filepath.Join(dir, "outbind")
	require.NoError(t, os.WriteFile(secret, []byte("knock"), 0o600))
	outbind := []string{"outbind_listen: 127.0.0.1:2776", "outbind_id: smsc", "outbind_password_file: " + secret}
	c, err = Parse("f.yaml", []byte(linkWith(append(outbind, "tls: {ca: "+cert+", cert: "+cert+", key: "+priv+"}")...)), nil)
	require.NoError(t, err)
	require.Equal(t, "knock", c.SMPP.Links[1].OutbindPassword)
	_, err = Parse("f.yaml", []byte(linkWith(append(outbind, "tls: {ca: "+cert+"}")...)), nil)
	require.ErrorContains(t, err, "outbind_listen: needs tls.cert and tls.key")
	for line, want := range map[string]string{
		"tls: {ca: " + priv + "}":                                        "holds no certificate",
		"tls: {ca: " + cert + ", cert: " + cert + "}":                    "needs both",
		"tls: {ca: " + cert + ", cert: " + cert + ", key: " + cert + "}": "tls.cert:",
	} {
		_, err := Parse("f.yaml", []byte(linkWith(line)), nil)
		require.ErrorContains(t, err, want)
	}
}
