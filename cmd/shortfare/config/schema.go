package config

import (
	"fmt"
	"reflect"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Problem is one complaint: where, what, and what to do.
type Problem struct {
	Where string // FILE:LINE, or the environment variable
	Key   string
	What  string
}

// String is one line for the operator.
func (p Problem) String() string { return fmt.Sprintf("%s: %s: %s", p.Where, p.Key, p.What) }

// Problems is every complaint about a configuration.
type Problems []Problem

// Error lists them, a line each.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, x := range p {
		lines[i] = x.String()
	}
	return strings.Join(lines, "\n")
}

// tree holds the file's nodes by their dotted path, lists with [i].
type tree struct {
	file     string
	lines    map[string]int
	problems Problems
}

// parseTree walks the YAML text and holds its keys against the Config type.
func parseTree(file string, text []byte) *tree {
	t := &tree{file: file, lines: map[string]int{}}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.complain(0, "yaml", strings.TrimPrefix(err.Error(), "yaml: ")+"; correct the syntax")
		return t
	}
	if len(doc.Content) > 0 {
		t.walk(doc.Content[0], reflect.TypeFor[Config](), "")
	}
	return t
}

func (t *tree) complain(line int, key, what string) {
	where := t.file
	if line > 0 {
		where = fmt.Sprintf("%s:%d", t.file, line)
	}
	t.problems = append(t.problems, Problem{Where: where, Key: key, What: what})
}

func (t *tree) walk(n *yaml.Node, typ reflect.Type, path string) {
	t.lines[path] = n.Line
	switch {
	case typ.Kind() == reflect.Struct:
		if n.Kind != yaml.MappingNode {
			if n.Tag != "!!null" {
				t.complain(n.Line, path, "must be a group of keys: "+strings.Join(keysOf(typ), ", "))
			}
			return
		}
		t.mapping(n, typ, path)
	case typ.Kind() == reflect.Map:
		if n.Kind != yaml.MappingNode {
			t.complain(n.Line, path, "must be a table of KEY: VALUE")
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			t.walk(n.Content[i+1], typ.Elem(), path+"."+n.Content[i].Value)
		}
	case typ.Kind() == reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			t.complain(n.Line, path, "must be a list: start each element with -")
			return
		}
		for i, el := range n.Content {
			t.walk(el, typ.Elem(), fmt.Sprintf("%s[%d]", path, i))
		}
	case n.Kind != yaml.ScalarNode:
		t.complain(n.Line, path, "must be a single value")
	}
}

func (t *tree) mapping(n *yaml.Node, typ reflect.Type, path string) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		full := k.Value
		if path != "" {
			full = path + "." + k.Value
		}
		f, ok := fieldOf(typ, k.Value)
		switch {
		case seen[k.Value]:
			t.complain(k.Line, full, "is given twice; keep one")
		case !ok:
			t.complain(k.Line, full, "unknown key; "+suggest(k.Value, keysOf(typ)))
		default:
			t.walk(v, f, full)
			t.lines[full] = k.Line
		}
		seen[k.Value] = true
	}
}

func fieldOf(typ reflect.Type, key string) (reflect.Type, bool) {
	for i := range typ.NumField() {
		if f := typ.Field(i); f.Tag.Get("mapstructure") == key && key != "-" {
			return f.Type, true
		}
	}
	return nil, false
}

func keysOf(typ reflect.Type) []string {
	var keys []string
	for i := range typ.NumField() {
		if k := typ.Field(i).Tag.Get("mapstructure"); k != "-" {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	return keys
}

// suggest names the key that was probably meant, else all of them.
func suggest(word string, keys []string) string {
	for _, k := range keys {
		if strings.Contains(k, word) || strings.Contains(word, k) || near(word, k) {
			return fmt.Sprintf("did you mean %s?", k)
		}
	}
	return "known here: " + strings.Join(keys, ", ")
}

// near tells whether two words differ in at most two letters at the same
// places, or by one letter more or less.
func near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	diff := 0
	for ; i < len(a); i++ {
		if a[i] != b[i] {
			diff++
		}
	}
	return diff <= 2
}
