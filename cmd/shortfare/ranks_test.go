package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "shortfare"

// rank of a package: imports point from higher ranks to lower ones only.
func rank(pkg string) int {
	switch pkg = strings.TrimPrefix(pkg, module+"/"); pkg {
	case "parser", "smpp/pdu", "smpp/coding", "booking/identity", "store/commit":
		return 0
	case "smpp", "booking", "booking/stats", "booking/tariff", "booking/classes": // the last three are parts of the domain, which imports none of them
		return 1
	case "smpp/link", "smpp/smsc", "booking/dialogue", "booking/catalogue", "booking/bank", "booking/vault", "booking/reconcile", "booking/web",
		"booking/identity/register", "booking/identity/register/sim":
		return 2
	case "store", "store/sqlite", "store/postgres", "store/storetest":
		return 3
	case "smpp/interop":
		return 4
	}
	switch {
	case strings.HasPrefix(pkg, "booking/ticketing"):
		return 2
	case strings.HasPrefix(pkg, "smpp/smsc/"):
		return 3
	case strings.HasPrefix(pkg, "cmd/"):
		return 4
	}
	return -1
}

type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", module+"/...").Output()
	require.NoError(t, err)
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else {
			require.NoError(t, err)
		}
		all = append(all, p)
	}
}

// allowed tells whether a package may import another: a lower rank, or its own
// parent or child where one is a part of the other.
func allowed(from, to string) bool {
	if !strings.HasPrefix(to, module+"/") || rank(to) < rank(from) {
		return true
	}
	return strings.HasPrefix(from, to+"/") || rank(from) == rank(to) && strings.HasPrefix(to, path.Dir(from)+"/") && rank(from) >= 3
}

func TestImportsPointDown(t *testing.T) {
	all := packages(t)
	require.Greater(t, len(all), 15)
	for _, p := range all {
		require.GreaterOrEqual(t, rank(p.ImportPath), 0, "%s has no rank: give it one", p.ImportPath)
		for _, to := range p.Imports {
			require.True(t, allowed(p.ImportPath, to), "%s (rank %d) must not import %s (rank %d)", p.ImportPath, rank(p.ImportPath), to, rank(to))
		}
	}
}

// The domain imports only leaves, and knows no wire, no SQL and no HTTP.
func TestDomainImportsLeaves(t *testing.T) {
	for _, p := range packages(t) {
		if p.ImportPath != module+"/booking" && p.ImportPath != module+"/booking/dialogue" {
			continue
		}
		for _, to := range p.Imports {
			for _, never := range []string{"net", "net/http", "database/sql", "github.com/mattn/go-sqlite3", module + "/smpp", module + "/smpp/pdu", module + "/store"} {
				require.NotEqual(t, never, to, "%s imports %s", p.ImportPath, to)
			}
		}
	}
}

// go-smpp is a peer in tests and nothing else.
func TestPeerOnlyInTests(t *testing.T) {
	peers := 0
	for _, p := range packages(t) {
		for _, to := range p.Imports {
			require.False(t, strings.HasPrefix(to, "github.com/fiorix/go-smpp"), "%s imports %s", p.ImportPath, to)
		}
		for _, to := range append(p.TestImports, p.XTestImports...) {
			if strings.HasPrefix(to, "github.com/fiorix/go-smpp") {
				peers++
			}
		}
	}
	require.Positive(t, peers)
}
