package config

import (
	"crypto/tls"
	"os"
	"time"

	"shortfare/booking/identity/register"
)

// Identity says who is asked whether identities are real. The contract is
// booking/identity/register/README.md.
type Identity struct {
	Verifier    string        `mapstructure:"verifier"` // none or http
	URL         string        `mapstructure:"url"`
	KeyFile     string        `mapstructure:"key_file"`
	CAFile      string        `mapstructure:"ca_file"`
	CertFile    string        `mapstructure:"cert_file"`
	CertKeyFile string        `mapstructure:"cert_key_file"`
	Timeout     time.Duration `mapstructure:"timeout"`
	// Grace is how long a customer waits for the register's answer before he may
	// book without it.
	Grace time.Duration `mapstructure:"grace"`

	// Key is what key_file holds.
	Key []byte `mapstructure:"-"`
	// Secured is the client side of TLS, nil for a register on this machine.
	Secured *tls.Config `mapstructure:"-"`
}

// checkIdentity loads the files: a register that can't be asked safely is not asked.
func (c *Config) checkIdentity(k *checker) {
	i := &c.Identity
	k.oneOf("identity.verifier", i.Verifier, "none", "http")
	k.duration("identity.timeout", i.Timeout, time.Second, time.Minute)
	k.duration("identity.grace", i.Grace, 0, 72*time.Hour)
	if i.Verifier != "http" {
		for _, x := range [...]struct{ key, value string }{
			{"url", i.URL}, {"key_file", i.KeyFile}, {"ca_file", i.CAFile}, {"cert_file", i.CertFile}, {"cert_key_file", i.CertKeyFile},
		} {
			if x.value != "" && i.Verifier == "none" {
				k.bad("identity."+x.key, "is given, but nobody is asked; set verifier to http, or remove it")
			}
		}
		return
	}
	if err := register.CheckURL(i.URL); err != nil {
		k.bad("identity.url", "%v", err)
	}
	if i.KeyFile == "" {
		k.bad("identity.key_file", "is empty; name the file with the key shared with the register")
	} else if key, err := register.ReadKey(i.KeyFile); err != nil {
		k.bad("identity.key_file", "%v", err)
	} else {
		i.Key = key
	}
	i.checkTLS(k)
}

func (i *Identity) checkTLS(k *checker) {
	switch {
	case i.CAFile == "" && len(i.URL) > 5 && i.URL[:5] == "http:":
		return // on this machine: CheckURL saw to that
	case i.CAFile == "":
		k.bad("identity.ca_file", "is empty; name the file with the register's authority, no other is trusted")
		return
	case (i.CertFile == "") != (i.CertKeyFile == ""):
		k.bad("identity.cert_file", "needs both cert_file and cert_key_file, or neither")
		return
	}
	pem, err := os.ReadFile(i.CAFile)
	if err != nil {
		k.bad("identity.ca_file", "%v; name the file with the register's authority", err)
		return
	}
	if _, err := register.LoadTLS(pem, "", ""); err != nil {
		k.bad("identity.ca_file", "%s %v", i.CAFile, err)
		return
	}
	if i.Secured, err = register.LoadTLS(pem, i.CertFile, i.CertKeyFile); err != nil {
		k.bad("identity.cert_file", "%v; name the files of our certificate and its key", err)
	}
}
