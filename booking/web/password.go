package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// Cost of password hashes: 2^Cost rounds, a quarter of a second or so.
const Cost = 12

// Lengths of a password, in bytes; bcrypt does not read on beyond the second.
const (
	MinPassword = 12
	MaxPassword = 72
)

// ErrPassword is returned for a password that is too short or too long.
var ErrPassword = errors.New("a password has 12 to 72 bytes")

// Operators are those who may log in: names with hashes of their passwords.
type Operators struct {
	hashes map[string][]byte
	nobody []byte // hash of the same cost for names that nobody has
}

func nameOfOperator(s string) bool {
	return regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,31}$`).MatchString(s)
}

// OperatorLine is a line for the file of operators: a name and the hash of a
// password. Errors: ErrPassword, a name that is none.
func OperatorLine(name, password string, cost int) (string, error) {
	if !nameOfOperator(name) {
		return "", fmt.Errorf("%.40q is no name; write up to 32 small letters, digits, dots and dashes", name)
	}
	if len(password) < MinPassword || len(password) > MaxPassword {
		return "", ErrPassword
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), cost)
	if err != nil {
		return "", fmt.Errorf("hash of a password: %w", err)
	}
	return name + ":" + string(hash), nil
}

// ParseOperators reads lines of OperatorLine; empty ones and those that begin with #
// are passed over. All hashes must have one cost: else the time that a wrong
// password takes would tell names apart.
func ParseOperators(text []byte) (Operators, error) {
	o := Operators{hashes: map[string][]byte{}}
	cost := 0
	for i, line := range bytes.Split(text, []byte("\n")) {
		s := strings.TrimSpace(string(line))
		if s == "" || s[0] == '#' {
			continue
		}
		name, hash, _ := strings.Cut(s, ":")
		n, err := bcrypt.Cost([]byte(hash))
		switch {
		case !nameOfOperator(name):
			return o, fmt.Errorf("line %d has no name; write NAME:HASH as `shortfare password NAME` prints it", i+1)
		case err != nil || len(hash) != 60:
			return o, fmt.Errorf("line %d has no hash of a password; `shortfare password %s` makes one", i+1, name)
		case o.hashes[name] != nil:
			return o, fmt.Errorf("line %d names %s again; keep one", i+1, name)
		case cost != 0 && n != cost:
			return o, fmt.Errorf("line %d has a hash of cost %d, the others of %d; make it anew with `shortfare password %s`", i+1, n, cost, name)
		}
		o.hashes[name], cost = []byte(hash), n
	}
	if len(o.hashes) == 0 {
		return o, errors.New("names nobody; add a line that `shortfare password NAME` prints")
	}
	var err error
	o.nobody, err = bcrypt.GenerateFromPassword([]byte(newToken()), cost)
	return o, err
}

// ReadOperators reads a file of operators. One that others than its owner can read is refused.
func ReadOperators(path string) (Operators, error) {
	f, err := os.Open(path)
	if err != nil {
		return Operators{}, err
	}
	defer func() { _ = f.Close() }() // read only
	info, err := f.Stat()
	if err != nil {
		return Operators{}, err
	}
	if !info.Mode().IsRegular() {
		return Operators{}, fmt.Errorf("%s is no regular file", path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return Operators{}, fmt.Errorf("%s is open to others, mode %04o; do: chmod 0400 %s", path, mode, path)
	}
	const limit = 1 << 20
	text, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return Operators{}, err
	}
	o, err := ParseOperators(text)
	if err != nil {
		return o, fmt.Errorf("%s: %w", path, err)
	}
	return o, nil
}

// knows tells whether name has that password. It takes as long for a name that
// nobody has.
func (o Operators) knows(name, password string) bool {
	hash, known := o.hashes[name]
	if !known {
		hash = o.nobody
	}
	if len(password) > MaxPassword {
		password, known = password[:MaxPassword], false
	}
	return bcrypt.CompareHashAndPassword(hash, []byte(password)) == nil && known
}
