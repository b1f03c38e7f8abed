package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"

	"shortfare/booking/web"
)

// Without a word about it there is no console; with one it is complete, safe, and
// knows the names it may be called by.
func TestConsole(t *testing.T) {
	require.Empty(t, parse(t, "").Console.Listen)
	line, err := web.OperatorLine("li", "a long password", bcrypt.MinCost)
	require.NoError(t, err)
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		require.NoError(t, os.Chmod(path, mode))
		return path
	}
	who := file("operators", "# the night shift\n"+line+"\n", 0o400)
	c := parse(t, "console: {listen: \"127.0.0.1:8443\", operators_file: "+who+", hosts: [Console.Example.org]}\n").Console
	require.Equal(t, []string{"console.example.org", "localhost", "127.0.0.1", "::1", "127.0.0.1"}, c.Names)
	require.Nil(t, c.Secured)

	cert, key := "testdata/cert.pem", file("key.pem", "no key", 0o400)
	for keys, want := range map[string]string{
		"listen: \"127.0.0.1:1\"":                                                                                  "console.operators_file: is empty; name a file",
		"listen: 8443, operators_file: " + who:                                                                     "console.listen: \"8443\" is no address",
		"listen: \":8443\", operators_file: " + who:                                                                "console.hosts: is empty; name the hosts",
		"listen: \"192.0.2.1:8443\", operators_file: " + who:                                                       "passwords would travel in clear; set cert_file and key_file",
		"listen: \"127.0.0.1:1\", operators_file: " + who + ", cert_file: " + cert:                                 "console.cert_file: needs both",
		"listen: \"127.0.0.1:1\", operators_file: " + who + ", hosts: [\"http://x\"]":                              "console.hosts: \"http://x\" is no name",
		"listen: \"127.0.0.1:1\", operators_file: /none":                                                           "console.operators_file: open /none: no such file",
		"listen: \"127.0.0.1:1\", operators_file: " + file("o", line, 0o644):                                       "is open to others, mode 0644; do: chmod 0400",
		"listen: \"127.0.0.1:1\", operators_file: " + file("o", "li", 0o600):                                       "line 1 has no hash of a password; `shortfare password li` makes one",
		"listen: \"127.0.0.1:1\", operators_file: " + file("o", "", 0o600):                                         "names nobody",
		"operators_file: " + who:                                                                                   "is given, but there is no console; set console.listen",
		"lisen: x":                                                                                                 "did you mean listen?",
		"listen: \"h:1\", operators_file: " + who + ", cert_file: " + key + ", key_file: " + key:                   "name the files of the console's certificate and its key",
		"listen: \"h:1\", operators_file: " + who + ", cert_file: " + key + ", key_file: " + file("k", "x", 0o640): "console.key_file:",
	} {
		_, err := Parse("f.yaml", []byte(good+"console: {"+keys+"}\n"), nil)
		require.ErrorContains(t, err, want, keys)
		require.ErrorContains(t, err, "f.yaml:")
		require.NotContains(t, err.Error(), line[4:], "no hash is quoted")
	}
}
