package config

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking/classes"
	"shortfare/booking/tariff"
)

// keys lists every key of a configuration type; elements of lists as [].
func keys(typ reflect.Type, path string) (all []string) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		key := f.Tag.Get("mapstructure")
		if key == "-" {
			continue
		}
		full := strings.TrimPrefix(path+"."+key, ".")
		switch {
		case full == "smpp.links":
			all = append(all, full) // smpp/link/README.md has the rest
		case f.Type.Kind() == reflect.Struct:
			all = append(all, keys(f.Type, full)...)
		case f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct:
			all = append(append(all, full), keys(f.Type.Elem(), full+"[]")...)
		default:
			all = append(all, full)
		}
	}
	return all
}

// The manual has every key and no other, and its defaults are those of the program.
func TestManual(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	said := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| (`[^|]+`) \\| ([^|]*) ?\\| [^|]+ \\|$").FindAllStringSubmatch(string(text), -1) {
		for _, key := range strings.Split(m[1], ", ") {
			key = strings.Trim(key, "`")
			require.NotContains(t, said, key)
			said[key] = strings.Trim(strings.TrimSpace(m[2]), "`")
		}
	}
	known := map[string]bool{}
	for _, key := range keys(reflect.TypeFor[Config](), "") {
		known[key] = true
		if !strings.HasPrefix(key, "fees.change[]") { // as fees.cancel[]
			require.Contains(t, said, key)
		}
	}
	for key := range said {
		require.True(t, known[key], "%s is no key", key)
	}
	for key, v := range defaults() {
		require.True(t, known[key], key)
		require.Equal(t, v, said[key], key)
	}
	term := terminalDefaults()
	require.Equal(t, []string{term.Adapter, term.Catalogue, "1000"},
		[]string{said["ticketing.terminals[].adapter"], said["ticketing.terminals[].catalogue"], said["ticketing.terminals[].seats"]})
}

// What the manual shows is right, and means what it says it does.
func TestManualExamples(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	require.Len(t, blocks, 2)
	c := parse(t, blocks[0][1]+blocks[1][1])
	cr, _ := tariff.Preset("cr")
	require.Equal(t, cr.Round, c.Fees.Rules.Round)
	require.Equal(t, cr.Cancels[0].Steps, c.Fees.Rules.Cancels[0].Steps)
	require.Equal(t, cr.Changes[0].Steps, c.Fees.Rules.Changes[0].Steps)
	require.Equal(t, cr.Changes[0].LowerFare, c.Fees.Rules.Changes[0].LowerFare)
	require.Equal(t, classes.Defaults().Levels, c.Classes.Rules.Levels)
	require.Equal(t, 45*time.Minute, c.Classes.Rules.Limits(classes.Classes{"new", "age:60+"}).Hold)
	require.Len(t, classes.DefaultJobs(), 13)
}
