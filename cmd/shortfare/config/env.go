package config

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/viper"
)

// envValues are the keys that the environment sets.
type envValues struct {
	scalars  map[string]string // store.url -> value
	lists    []listValue
	names    map[string]string // key -> variable, for complaints
	problems Problems
}

// listValue is one field of one list element.
type listValue struct {
	list, field, value string
	index              int
}

// environment reads SHORTFARE_STORE_URL, SHORTFARE_SMPP_LINKS_0_ADDR and so
// on. A variable with our prefix that names no key is a mistake worth stopping for.
func environment(environ []string) *envValues {
	e := &envValues{scalars: map[string]string{}, names: map[string]string{}}
	keys := map[string]string{}
	for k := range defaults() {
		keys[Prefix+strings.ToUpper(strings.ReplaceAll(k, ".", "_"))] = k
	}
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, Prefix) || name == Prefix+"VECTORS" {
			continue
		}
		if k, ok := keys[name]; ok {
			e.scalars[k], e.names[k] = value, name
			continue
		}
		if !e.list(name, value) {
			e.problems = append(e.problems, Problem{Where: "environment " + name, Key: name, What: "names no key of the configuration; unset it or correct it"})
		}
	}
	return e
}

func (e *envValues) list(name, value string) bool {
	re := regexp.MustCompile(`^` + Prefix + `(SMPP_LINKS|TICKETING_TERMINALS)_(\d{1,2})_([A-Z0-9_]+)$`)
	m := re.FindStringSubmatch(name)
	if m == nil {
		return false
	}
	list, typ := "smpp.links", reflect.TypeFor[Link]()
	if m[1] != "SMPP_LINKS" {
		list, typ = "ticketing.terminals", reflect.TypeFor[Terminal]()
	}
	field := strings.ToLower(m[3])
	if _, ok := fieldOf(typ, field); !ok {
		return false
	}
	i, err := strconv.Atoi(m[2])
	if err != nil {
		return false
	}
	e.lists = append(e.lists, listValue{list: list, field: field, value: value, index: i})
	e.names[fmt.Sprintf("%s[%d].%s", list, i, field)] = name
	return true
}

// intoLists puts values into list elements; an index one past the end makes a
// new element.
func (e *envValues) intoLists(v *viper.Viper) error {
	for range len(e.lists) + 1 { // elements may be named in any order
		var left []listValue
		for _, x := range e.lists {
			l, _ := v.Get(x.list).([]any)
			if x.index > len(l) {
				left = append(left, x)
				continue
			}
			if x.index == len(l) {
				l = append(l, map[string]any{})
			}
			m, ok := l[x.index].(map[string]any)
			if !ok {
				m = map[string]any{}
			}
			m[x.field] = x.value
			l[x.index] = m
			v.Set(x.list, l)
		}
		if e.lists = left; len(left) == 0 {
			return nil
		}
	}
	x := e.lists[0]
	return Problems{{Where: "environment", Key: fmt.Sprintf("%s[%d]", x.list, x.index), What: "leaves a gap in the list; number elements from 0 without gaps"}}
}
