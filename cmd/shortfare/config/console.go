package config

import (
	"crypto/tls"
	"net"
	"os"
	"regexp"
	"strings"

	"shortfare/booking/web"
)

// Console is the operator console.
type Console struct {
	Listen        string   `mapstructure:"listen"` // HOST:PORT; empty for no console
	OperatorsFile string   `mapstructure:"operators_file"`
	Hosts         []string `mapstructure:"hosts"`
	CertFile      string   `mapstructure:"cert_file"`
	KeyFile       string   `mapstructure:"key_file"`

	// Operators are those of operators_file.
	Operators web.Operators `mapstructure:"-"`
	// Names are Hosts and what Listen says, in small letters and without port.
	Names []string `mapstructure:"-"`
	// Secured is the server side of TLS, nil for a console on this machine.
	Secured *tls.Config `mapstructure:"-"`
}

// checkConsole loads the files of the console.
func (c *Config) checkConsole(k *checker) {
	w := &c.Console
	if w.Listen == "" {
		for _, x := range [...]struct{ key, value string }{
			{"operators_file", w.OperatorsFile}, {"hosts", strings.Join(w.Hosts, ",")}, {"cert_file", w.CertFile}, {"key_file", w.KeyFile},
		} {
			if x.value != "" {
				k.bad("console."+x.key, "is given, but there is no console; set console.listen, or remove it")
			}
		}
		return
	}
	k.hostPort("console.listen", w.Listen)
	host, _, _ := net.SplitHostPort(w.Listen)
	ip := net.ParseIP(host)
	here := host == "localhost" || ip.IsLoopback()
	for _, h := range w.Hosts {
		if h = strings.ToLower(h); !regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`).MatchString(h) {
			k.bad("console.hosts", "%q is no name; write names without port, such as console.example.org", h)
		}
		w.Names = append(w.Names, h)
	}
	if here {
		w.Names = append(w.Names, "localhost", "127.0.0.1", "::1")
	}
	if host != "" && !ip.IsUnspecified() {
		w.Names = append(w.Names, strings.ToLower(host))
	}
	if len(w.Names) == 0 {
		k.bad("console.hosts", "is empty; name the hosts that browsers call the console by, since %s tells none", w.Listen)
	}
	c.checkConsoleFiles(k, here)
}

func (c *Config) checkConsoleFiles(k *checker, here bool) {
	w := &c.Console
	var err error
	if w.OperatorsFile == "" {
		k.bad("console.operators_file", "is empty; name a file with a line of `shortfare password NAME` for each operator")
	} else if w.Operators, err = web.ReadOperators(w.OperatorsFile); err != nil {
		k.bad("console.operators_file", "%v", err)
	}
	switch {
	case (w.CertFile == "") != (w.KeyFile == ""):
		k.bad("console.cert_file", "needs both cert_file and key_file, or neither")
	case w.CertFile == "" && !here:
		k.bad("console.listen", "%s is not of this machine alone, and passwords would travel in clear; set cert_file and key_file, or listen on 127.0.0.1", w.Listen)
	case w.CertFile != "":
		if info, err := os.Stat(w.KeyFile); err == nil && info.Mode().Perm()&0o077 != 0 {
			k.bad("console.key_file", "%s is open to others, mode %04o; do: chmod 0400 %[1]s", w.KeyFile, info.Mode().Perm())
			return
		}
		cert, err := tls.LoadX509KeyPair(w.CertFile, w.KeyFile)
		if err != nil {
			k.bad("console.cert_file", "%v; name the files of the console's certificate and its key", err)
			return
		}
		w.Secured = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	}
}
