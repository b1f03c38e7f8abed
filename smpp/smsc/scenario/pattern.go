package scenario

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"sort"
	"strings"
)

// token is a run of literal text, or a capture when it has a name.
type token struct {
	literal string
	name    string // "*" for anything
	form    string // regular expression of the value
	fresh   bool   // take the value even if there is one
	again   int    // the n-th repetition of a value taken in the same line
}

// form gives the regular expression that a name has by itself.
func form(name string) (string, bool) {
	switch strings.TrimRight(name, "0123456789") {
	case "code":
		return `[0-9]{6}`, true
	case "order":
		return `[0-9A-Z]{5}`, true
	case "time":
		return `(?:[01][0-9]|2[0-3]):?[0-5][0-9]`, true
	case "date":
		return `[0-9]{1,2}(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:[0-9]{4}|[0-9]{2})?` +
			`|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}/[0-9]{1,2}|[0-9]{1,2}月[0-9]{1,2}日`, true
	case "amount":
		return `[0-9][0-9,]*(?:\.[0-9]{1,2})?`, true
	}
	return "", false
}

var capName = regexp.MustCompile(`^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$`)

// tokens cuts a line into literals and captures. A ">" line takes no values, so
// that its names must have been taken before.
func (p *parser) tokens(line string, expect bool) ([]token, error) {
	var toks []token
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			toks = append(toks, token{literal: lit.String()})
			lit.Reset()
		}
	}
	for line != "" {
		at := strings.IndexByte(line, '{')
		if at < 0 {
			lit.WriteString(line)
			break
		}
		lit.WriteString(line[:at])
		line = line[at:]
		if strings.HasPrefix(line, "{{") {
			lit.WriteByte('{')
			line = line[2:]
			continue
		}
		end := closing(line)
		if end < 0 {
			return nil, errors.New("a { without its }; write {{ for a brace")
		}
		tok, err := p.capture(line[1:end], expect)
		if err != nil {
			return nil, err
		}
		flush()
		toks = append(toks, repeated(toks, tok))
		line = line[end+1:]
	}
	flush()
	return toks, nil
}

// repeated marks tok if the line took its value just before: the value is not
// known when the line is compiled, so both are read and held together after.
func repeated(toks []token, tok token) token {
	for _, t := range toks {
		if t.name == tok.name && t.fresh && !tok.fresh {
			tok.form = t.form
			tok.again++
		}
		if t.name == tok.name && t.again > 0 && !tok.fresh {
			tok.again++
		}
	}
	return tok
}

// closing finds the brace that ends the capture at the start of line; a regular
// expression inside may have braces in pairs, and single ones behind a
// backslash.
func closing(line string) int {
	depth := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

func (p *parser) capture(in string, expect bool) (token, error) {
	name, re, has := strings.Cut(in, "=")
	own, known := form(name)
	switch {
	case !expect && (in == "*" || has):
		return token{}, fmt.Errorf("{%s} takes a value, which only a < line can do", in)
	case in == "*":
		return token{name: "*", form: `.*?`}, nil
	case !capName.MatchString(name):
		return token{}, fmt.Errorf("{%s} is no capture: names are small letters, digits and _", in)
	case !has && p.taken[name]:
		return token{name: name}, nil
	case !expect:
		return token{}, fmt.Errorf("{%s} has no value yet: no < line before has it", name)
	case (!has || re == "") && !known:
		return token{}, fmt.Errorf("{%s} has no form of its own: write {%s=regexp}", name, name)
	case has && re != "":
		own = re
	}
	compiled, err := regexp.Compile(own)
	if err != nil {
		return token{}, fmt.Errorf("{%s}: %w", name, err)
	}
	if strings.Join(compiled.SubexpNames(), "") != "" {
		return token{}, fmt.Errorf("{%s}: write groups without names", name)
	}
	p.taken[name] = true
	return token{name: name, form: own, fresh: true}, nil
}

// fill gives the text with the captures put in.
func fill(toks []token, values map[string]string) string {
	var b strings.Builder
	for _, t := range toks {
		v, taken := values[t.name]
		switch {
		case t.name == "":
			b.WriteString(t.literal)
		case taken && !t.fresh:
			b.WriteString(v)
		default:
			b.WriteString("{" + t.name + "}")
		}
	}
	return b.String()
}

// match holds got against the tokens. It adds what it took to values when it
// matches; else it tells how much of got is as expected.
func match(toks []token, values map[string]string, got string) (ok bool, same string, err error) {
	got = fold(strings.ToValidUTF8(got, "\uFFFD"))
	re, err := compile(toks, values, `$`)
	if err != nil {
		return false, "", err
	}
	found := re.FindStringSubmatch(got)
	if found == nil {
		return false, common(toks, values, got), nil
	}
	took := map[string]string{}
	for i, group := range re.SubexpNames() {
		if group == "" {
			continue
		}
		name, _, again := strings.Cut(group, "__")
		if again && took[name] != found[i] {
			return false, common(toks, values, got), nil
		}
		took[name] = found[i]
	}
	maps.Copy(values, took)
	return true, got, nil
}

// compile makes one expression of the tokens. White space in a literal is
// folded, and a space beside {*} is part of what may be nothing: "a {*} b"
// matches "a b".
func compile(toks []token, values map[string]string, end string) (*regexp.Regexp, error) {
	var b strings.Builder
	eat := false // the space that begins the next literal was read before it
	for i, t := range toks {
		switch {
		case t.name == "":
			lit := foldInner(t.literal)
			if eat {
				lit = strings.TrimPrefix(lit, " ")
			}
			before := i+1 < len(toks) && toks[i+1].name == "*" && strings.HasSuffix(lit, " ")
			if before {
				lit = strings.TrimSuffix(lit, " ")
			}
			b.WriteString(regexp.QuoteMeta(lit))
			eat = before
			continue
		case t.name == "*" && eat:
			b.WriteString(`(?: .*?)?`)
		case t.name == "*" && i == 0 && len(toks) > 1 && strings.HasPrefix(toks[1].literal, " "):
			b.WriteString(`(?:.*? )?`)
			eat = true
			continue
		case t.name == "*":
			b.WriteString(t.form)
		case t.fresh:
			b.WriteString("(?P<" + t.name + ">" + t.form + ")")
		case t.again > 0:
			fmt.Fprintf(&b, "(?P<%s__%d>%s)", t.name, t.again, t.form)
		default:
			b.WriteString(regexp.QuoteMeta(fold(values[t.name])))
		}
		eat = false
	}
	return regexp.Compile(`^(?s)` + b.String() + end)
}

// common gives the longest beginning of got that a beginning of the tokens
// matches. A literal is cut anywhere, a capture not at all. Where one beginning
// matches shorter ones do, so that a binary search finds it.
func common(toks []token, values map[string]string, got string) string {
	var heads []token // literals in single characters
	for _, t := range toks {
		if t.name != "" {
			heads = append(heads, t)
			continue
		}
		for _, r := range t.literal {
			heads = append(heads, token{literal: string(r)})
		}
	}
	same := ""
	sort.Search(len(heads), func(n int) bool {
		re, err := compile(joined(heads[:n+1]), values, ``)
		if err != nil {
			return true
		}
		m := re.FindStringIndex(got)
		if m != nil && m[1] > len(same) {
			same = got[:m[1]]
		}
		return m == nil
	})
	return same
}

// joined makes neighbouring literals one again.
func joined(toks []token) []token {
	var out []token
	for _, t := range toks {
		if n := len(out); n > 0 && t.name == "" && out[n-1].name == "" {
			out[n-1].literal += t.literal
			continue
		}
		out = append(out, t)
	}
	return out
}

// fold turns every run of white space into one space and trims the ends.
func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

// foldInner folds like fold and keeps a space at either end.
func foldInner(s string) string {
	in := fold(s)
	if in == "" {
		return " "
	}
	if strings.TrimLeft(s, " \t") != s {
		in = " " + in
	}
	if strings.TrimRight(s, " \t") != s {
		in += " "
	}
	return in
}
