package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"
)

// Prefix of all environment variables.
const Prefix = "SHORTFARE_"

// Load reads the file (none when path is empty), the environment and the
// defaults, and checks everything. All complaints come together, as Problems. It
// reads files only and creates nothing.
func Load(path string, environ []string) (*Config, error) {
	var text []byte
	if path != "" {
		var err error
		if text, err = os.ReadFile(path); err != nil {
			return nil, fmt.Errorf("read configuration: %w; give an existing file with --config", err)
		}
	}
	return Parse(path, text, environ)
}

// Parse is Load on a text already read; file is its name in complaints.
func Parse(file string, text []byte, environ []string) (*Config, error) {
	t := parseTree(file, text)
	if len(t.problems) > 0 {
		return nil, t.problems
	}
	v := viper.New()
	for k, d := range defaults() {
		v.SetDefault(k, d)
	}
	v.SetConfigType("yaml")
	if err := v.ReadConfig(bytes.NewReader(text)); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	env := environment(environ)
	if len(env.problems) > 0 {
		return nil, env.problems
	}
	for key, value := range env.scalars {
		v.Set(key, value)
	}
	if err := env.intoLists(v); err != nil {
		return nil, err
	}
	c := &Config{}
	c.prefill(v)
	if err := decode(v, c); err != nil {
		return nil, t.explain(err, env)
	}
	if p := c.check(t, env); len(p) > 0 {
		sort.SliceStable(p, func(i, j int) bool { // line 9 before line 10
			return len(p[i].Where) < len(p[j].Where) || len(p[i].Where) == len(p[j].Where) && p[i].Where < p[j].Where
		})
		return nil, p
	}
	c.where = func(key string) string { return t.where(key, env) }
	return c, nil
}

// prefill sets the defaults of list elements before they are decoded over.
func (c *Config) prefill(v *viper.Viper) {
	if l, ok := v.Get("smpp.links").([]any); ok {
		for range l {
			c.SMPP.Links = append(c.SMPP.Links, linkDefaults())
		}
	}
	if l, ok := v.Get("ticketing.terminals").([]any); ok {
		for range l {
			c.Ticketing.Terminals = append(c.Ticketing.Terminals, terminalDefaults())
		}
	}
}

func decode(v *viper.Viper, c *Config) error {
	return v.Unmarshal(c, func(d *mapstructure.DecoderConfig) {
		d.WeaklyTypedInput = false
		d.DecodeHook = mapstructure.ComposeDecodeHookFunc(listHook, durationHook, scalarHook)
	})
}

// durationHook reads `30s` and, for whole days, `8d`; a bare number has no unit and is refused.
func durationHook(_ reflect.Type, to reflect.Type, data any) (any, error) {
	if to != reflect.TypeFor[time.Duration]() {
		return data, nil
	}
	s, ok := data.(string)
	if data == 0 {
		return time.Duration(0), nil
	}
	if !ok {
		return nil, fmt.Errorf("%v has no unit; write a time such as 30s, 10m or 2h", data)
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 15); err == nil {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return nil, fmt.Errorf("%q is not a time; write one such as 30s, 10m or 2h", s)
	}
	return d, nil
}

// listHook lets a list be written in one line, as the environment must.
func listHook(_ reflect.Type, to reflect.Type, data any) (any, error) {
	s, ok := data.(string)
	if !ok || to.Kind() != reflect.Slice || to.Elem().Kind() != reflect.String {
		return data, nil
	}
	var list []string
	for _, x := range strings.Split(s, ",") {
		if x = strings.TrimSpace(x); x != "" {
			list = append(list, x)
		}
	}
	return list, nil
}

// scalarHook lets numbers and switches from the environment be such and unquoted
// numbers in the file (short_code: 12345) be text.
func scalarHook(_ reflect.Type, to reflect.Type, data any) (any, error) {
	switch x := data.(type) {
	case string:
		if to.Kind() == reflect.Int {
			n, err := strconv.Atoi(strings.TrimSpace(x))
			if err != nil {
				return nil, fmt.Errorf("%q is not a whole number", x)
			}
			return n, nil
		}
		if to.Kind() == reflect.Bool {
			switch strings.ToLower(strings.TrimSpace(x)) {
			case "true":
				return true, nil
			case "false":
				return false, nil
			}
			return nil, fmt.Errorf("%q is neither true nor false", x)
		}
	case int:
		if to.Kind() == reflect.String {
			return strconv.Itoa(x), nil
		}
	case float64:
		if to.Kind() == reflect.String { // an amount: 27.50
			return strconv.FormatFloat(x, 'f', -1, 64), nil
		}
	}
	return data, nil
}

// explain gives a decoder's complaint the place it came from.
func (t *tree) explain(err error, env *envValues) error {
	var p Problems
	var walk func(error)
	walk = func(err error) {
		var d *mapstructure.DecodeError
		if errors.As(err, &d) {
			key := strings.ToLower(strings.TrimPrefix(d.Name(), "config."))
			p = append(p, Problem{Where: t.where(key, env), Key: key, What: d.Unwrap().Error()})
			return
		}
		if j, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range j.Unwrap() {
				walk(e)
			}
			return
		}
		if u := errors.Unwrap(err); u != nil {
			walk(u)
			return
		}
		p = append(p, Problem{Where: t.file, Key: "configuration", What: err.Error()})
	}
	walk(err)
	return p
}

// where names the place a key's value came from.
func (t *tree) where(key string, env *envValues) string {
	for k := key; k != ""; {
		if name, ok := env.names[k]; ok {
			return "environment " + name
		}
		if line, ok := t.lines[k]; ok {
			return fmt.Sprintf("%s:%d", t.file, line)
		}
		i := strings.LastIndexAny(k, ".[")
		if i < 0 {
			break
		}
		k = k[:i]
	}
	if t.file == "" {
		return "configuration"
	}
	return t.file
}
