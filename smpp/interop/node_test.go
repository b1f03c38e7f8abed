package interop

import (
	"os"
	"path/filepath"
	"testing"
)

// node starts a script on the npm package smpp 0.5.1. What that is known to do
// wrong, and how the scripts keep out of its way:
//
//   - it labels text that it packs as GSM 03.38 with data_coding 1 (IA5) unless it is told 0, so the scripts always say data_coding;
//   - it takes a user data header apart and wants it whole again, so the scripts put it together;
//   - it answers neither enquire_link nor unbind by itself;
//   - it writes an optional parameter of text without checking its length, and PDUs above 16,384 octets end its reader for good;
//   - a response with an error status has no body, whatever the command.
func node(name string) func(t *testing.T) func(host, port, user, pass string) *child {
	return func(t *testing.T) func(host, port, user, pass string) *child {
		path := command(t, "node")
		pkg := filepath.Join(peers(t), "node_modules", "smpp")
		if _, err := os.Stat(filepath.Join(pkg, "package.json")); err != nil {
			absent(t, "peer is absent: the npm package smpp is not in the folder of SHORTFARE_PEERS; `make test` installs it")
		}
		return func(host, port, user, pass string) *child {
			return launch(t, path, script(t, name), pkg, host, port, user, pass)
		}
	}
}

// peers is the folder that `make test` installs packages into.
func peers(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("SHORTFARE_PEERS"); dir != "" {
		return dir
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		absent(t, "no folder for peers: %v", err)
	}
	return filepath.Join(cache, "shortfare", "peers")
}

func TestNodeBinds(t *testing.T) { bindsToUs(t, node("esme.js")(t)) }

func TestNodeSMSC(t *testing.T) { weBind(t, node("smsc.js")(t)) }
