package commit

import (
	"fmt"
	"strings"
)

// queryFacts is what has to be known about a query before it is prepared.
type queryFacts struct {
	first     string // first word, upper case
	returning bool   // has a RETURNING clause: it yields rows although it writes
}

// examine reads a query once, before it is prepared, and refuses what would
// break a batch silently: a second statement (the driver would drop it), and
// statements that steer the transaction or the connection, which belong to
// the writer.
func examine(query string) (queryFacts, error) {
	var f queryFacts
	ended := false
	for i := 0; i < len(query); {
		next, word := token(query, i)
		text := query[i:next]
		i = next
		if strings.TrimSpace(text) == "" || strings.HasPrefix(text, "--") || strings.HasPrefix(text, "/*") {
			continue
		}
		switch {
		case text == ";":
			ended = true
		case ended:
			return f, fmt.Errorf("%w: more than one statement in %q", ErrQuery, brief(query))
		case word && f.first == "":
			f.first = strings.ToUpper(text)
		case word && strings.EqualFold(text, "ROLLBACK"): // INSERT OR ROLLBACK undoes everybody's jobs
			return f, fmt.Errorf("%w: ROLLBACK in %q", ErrQuery, brief(query))
		case word && strings.EqualFold(text, "RETURNING"):
			f.returning = true
		}
	}
	switch f.first {
	case "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "ATTACH", "DETACH", "VACUUM", "PRAGMA":
		return f, fmt.Errorf("%w: %s inside a job", ErrQuery, f.first)
	case "":
		return f, fmt.Errorf("%w: empty", ErrQuery)
	}
	return f, nil
}

// token gives the end of the token that starts at i, and whether it is a word.
// Quoted text (four kinds of quotes) and comments are one token each.
func token(q string, i int) (end int, word bool) {
	until := func(start int, stop string) int {
		if k := strings.Index(q[start:], stop); k >= 0 {
			return start + k + len(stop)
		}
		return len(q)
	}
	switch c := q[i]; {
	case c == '\'' || c == '"' || c == '`':
		return until(i+1, string(c)), false // a doubled quote starts a token of its own: no harm
	case c == '[':
		return until(i+1, "]"), false
	case strings.HasPrefix(q[i:], "--"):
		return until(i, "\n"), false
	case strings.HasPrefix(q[i:], "/*"):
		return until(i+2, "*/"), false
	case letter(c):
		for i < len(q) && (letter(q[i]) || q[i] >= '0' && q[i] <= '9') {
			i++
		}
		return i, true
	default:
		return i + 1, false
	}
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

// brief shortens a query for an error text. Values are bound, never part of it.
func brief(query string) string {
	q := strings.Join(strings.Fields(query), " ")
	if len(q) > 80 {
		q = q[:80] + "..."
	}
	return q
}
