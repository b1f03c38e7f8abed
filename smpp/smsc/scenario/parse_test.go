package scenario

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	s, err := Parse("book.txt", strings.NewReader("\ufeff# BOOK with a card\r\n\r\n  # more\n@ 13800138001  Zhang Wei\n> BOOK G123\n< {*}Y {code}{*}\n>  Y {code} \n< none\n< none 500 ms\n< nonesuch\n! bank  silent\n"))
	require.NoError(t, err)
	require.Equal(t, "BOOK with a card", s.Title)
	var got []Step
	for _, st := range s.Steps {
		st.tokens = nil
		got = append(got, st)
	}
	const p = "13800138001"
	require.Equal(t, []Step{
		{Line: 3, Kind: Comment, Text: "more"},
		{Line: 4, Kind: Phone, Phone: p, Text: p, Label: "Zhang Wei"},
		{Line: 5, Kind: Text, Phone: p, Text: "BOOK G123"},
		{Line: 6, Kind: Expect, Phone: p, Text: "{*}Y {code}{*}"},
		{Line: 7, Kind: Text, Phone: p, Text: "Y {code}"},
		{Line: 8, Kind: Quiet, Phone: p, Text: "none"},
		{Line: 9, Kind: Quiet, Phone: p, Text: "none 500 ms", For: 500 * time.Millisecond},
		{Line: 10, Kind: Expect, Phone: p, Text: "nonesuch"},
		{Line: 11, Kind: Control, Phone: p, Text: "bank  silent", Args: []string{"bank", "silent"}},
	}, got)
}

func TestParseNamesFileAndLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                                       "f:1: no conversation here",
		"# only a title\n":                       "f:1: no conversation here",
		"> hello":                                "f:1: no phone yet",
		"# t\n< hello":                           "f:2: no phone yet",
		"@":                                      "f:1: @ needs a phone number",
		"@ 1\n!":                                 "f:2: ! needs a control",
		"@ 1\n> \xff":                            "f:2: not UTF-8",
		"@ 1\n<":                                 "f:2: < needs a text",
		"@ 1\nBOOK":                              `f:2: a line begins with one of # @ > < !, not with 'B'`,
		"@ 1\n订":                                 `not with '订'`,
		"@ 1\n> Y {code}":                        "f:2: {code} has no value yet",
		"@ 1\n> Y {*}":                           "f:2: {*} takes a value",
		"@ 1\n> Y {a=b}":                         "f:2: {a=b} takes a value",
		"@ 1\n< {seat}":                          "f:2: {seat} has no form of its own: write {seat=regexp}",
		"@ 1\n< {seat=}":                         "f:2: {seat} has no form of its own",
		"@ 1\n< {seat=[}":                        "f:2: {seat}: error parsing regexp",
		"@ 1\n< {seat=(?P<x>a)}":                 "f:2: {seat}: write groups without names",
		"@ 1\n< {Seat=a}":                        "f:2: {Seat=a} is no capture",
		"@ 1\n< {a__2=a}":                        "f:2: {a__2=a} is no capture",
		"@ 1\n< {code":                           "f:2: a { without its }",
		"@ 1\n< none soon":                       `f:2: < none takes a time such as 500ms, not "soon"`,
		"@ 1\n< none -1s":                        "f:2: < none takes a time",
		"@ 1\n> " + strings.Repeat("x", maxLine): "f:2: bufio.Scanner: token too long",
	} {
		_, err := Parse("f", strings.NewReader(in))
		var e *Error
		require.True(t, errors.As(err, &e), in)
		require.Contains(t, err.Error(), want, in)
	}
}

func TestParseFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.txt")
	require.NoError(t, os.WriteFile(path, []byte("@ 1\n> hi\n< {*}\n"), 0o600))
	s, err := ParseFile(path)
	require.NoError(t, err)
	require.Equal(t, path, s.Title)
	_, err = ParseFile(path + "x")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// FuzzParse reads anything and matches anything without a panic; what parses can be played.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"# t\n@ 1\n> a\n< {*} {code} {code} {a=[0-9]{2}}\n", "@ 1\n< none 5ms\n! x y\n", "@ 1\n< {{x} {*} y\n> }\n", "@ 1\n< {a=\\{}{a}\n"} {
		f.Add(seed, "got 730214 730214 12")
	}
	f.Fuzz(func(t *testing.T, in, got string) {
		s, err := Parse("f", strings.NewReader(in))
		if err != nil {
			return
		}
		values := map[string]string{}
		for _, st := range s.Steps {
			if st.Kind != Expect {
				continue
			}
			ok, same, err := match(st.tokens, values, got)
			if err != nil {
				t.Fatalf("%q against %q: %v", got, st.Text, err)
			}
			if !strings.HasPrefix(fold(strings.ToValidUTF8(got, "\uFFFD")), same) {
				t.Fatalf("%q is no beginning of %q", same, got)
			}
			if !ok {
				return
			}
		}
	})
}
