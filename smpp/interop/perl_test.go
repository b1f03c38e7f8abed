package interop

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// perl starts a script on Net::SMPP 1.19 (Debian's libnet-smpp-perl). What that
// is known to do wrong, and how the scripts keep out of its way:
//
//   - a synchronous call drops every PDU but its own answer, so that only the bind is synchronous, before which nothing comes;
//   - it answers nothing by itself, not even enquire_link, and has no timers but one for its own enquire_link, which is off;
//   - it binds with interface_version 0;
//   - it knows no alphabets: the scripts show and return octets;
//   - it writes optional parameters as they are given, so that NULs and integers are packed by the script;
//   - it has no window: what is not read waits in the socket.
func perl(name string) func(t *testing.T) func(host, port, user, pass string) *child {
	return func(t *testing.T) func(host, port, user, pass string) *child {
		path := withNetSMPP(t)
		return func(host, port, user, pass string) *child {
			return launch(t, path, script(t, name), host, port, user, pass)
		}
	}
}

func withNetSMPP(t *testing.T) string {
	t.Helper()
	path := command(t, "perl")
	if err := exec.Command(path, "-MNet::SMPP", "-MJSON::PP", "-e", "1").Run(); err != nil {
		absent(t, "peer is absent: Perl has no Net::SMPP here; `make test` installs libnet-smpp-perl as root")
	}
	return path
}

func TestPerlBinds(t *testing.T) { bindsToUs(t, perl("esme.pl")(t)) }

func TestPerlSMSC(t *testing.T) { weBind(t, perl("smsc.pl")(t)) }

// TestPerlExample runs the package's own example of an SMSC, smsc.pl, on another
// port. Its limits: it takes any password; every message has the id 123456789;
// it sends nothing by itself, neither texts nor receipts; what it prints of a PDU
// is its number and name; on unbind it answers and ends.
func TestPerlExample(t *testing.T) {
	path := withNetSMPP(t)
	example, err := os.ReadFile("/usr/share/doc/libnet-smpp-perl/examples/smsc.pl")
	if err != nil { // an image without documentation
		example, err = os.ReadFile(filepath.Join(peers(t), "examples", "smsc.pl"))
	}
	if err != nil {
		absent(t, "the examples of libnet-smpp-perl are not installed: %v", err)
	}
	ln := loopback(t)
	addr := ln.Addr().String()
	_, port, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	require.NoError(t, ln.Close())
	moved := strings.NewReplacer("$port = 9900;", "$port = "+port+";", "'localhost'", "'127.0.0.1'").Replace(string(example))
	require.NotEqual(t, string(example), moved)
	file := filepath.Join(t.TempDir(), "smsc.pl")
	require.NoError(t, os.WriteFile(file, []byte(moved), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	launch(t, path, file, "3")

	l := bindTo(t, addr, password) // refused until it listens
	for i, text := range texts() {
		r := l.send(ctx, t, int64(i+1), booking.MSISDN(8613800138000+i), text)
		require.Equal(t, booking.Done, r.Verdict)
		require.Equal(t, "123456789", r.MessageID)
	}
	time.Sleep(1800 * time.Millisecond) // silence: only enquire_link keeps the bind
	require.NoError(t, l.Ready())
	require.EqualValues(t, 1, l.Stats().Binds)
	l.stop()
	require.EqualValues(t, len(texts()), l.Stats().Sent)
	require.Greater(t, int(l.Stats().Submitted), len(texts()))
	require.Zero(t, l.logs.FilterMessage("unbind had no answer").Len())
}
