package main

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Registered customers are counted by class and listed, masked, while the service
// runs; who took STOP is counted apart.
func TestCustomersBesideTheService(t *testing.T) {
	t.Parallel()
	x, config := startWorld(t)
	x.text("13800138001", "REG Zhang Wei 11010519491231002X")
	x.text("13800138001", "SET JOB teacher")
	x.text("13800138002", "REG Li Na 440524188001010014")
	x.text("13800138002", "STOP")
	x.text("13800138003", "HELP") // is no customer yet
	x.buy("13800138001", "BOOK G123 5DEC 2 2ND card")
	code, out, errs := runProgram(t, "customers", "--config", config)
	require.Zero(t, code, errs)
	require.Equal(t, "class        customers  take notices\nregistered   2          1\nnew          2          1\nage:60+      2          1\n"+
		"gender:F     1          1\ngender:M     1          0\nregion:11    1          1\nregion:44    1          0\njob:teacher  1          1\n", out)

	code, out, errs = runProgram(t, "customers", "--config", config, "--class", "NEW", "--csv")
	require.Zero(t, code, errs)
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.Equal(t, []string{"phone", "since", "class", "age", "gender", "region", "occupation", "orders", "seats", "last seen", "notices"}, rows[0])
	require.Equal(t, []string{"1380*****01", "new", "60+", "F", "11 Beijing", "teacher", "1", "2", "true"},
		append(append([]string{rows[1][0]}, rows[1][2:9]...), rows[1][10]))
	require.Regexp(t, `^2030-12-04 09:0\d$`, rows[1][9])
	require.Equal(t, "false", rows[2][10])

	_, out, _ = runProgram(t, "customers", "--config", config, "--class", "job:teacher", "--json")
	var back []map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &back))
	require.Len(t, back, 1)
	require.Equal(t, "1380*****01", back[0]["phone"])
	require.EqualValues(t, 1, back[0]["orders"])
	require.NotContains(t, out, "Zhang")
	_, out, _ = runProgram(t, "customers", "--config", config, "--class", "vip")
	require.Equal(t, 1, strings.Count(out, "\n"), "nobody but the heads")

	code, _, errs = runProgram(t, "customers", "--config", config, "--class", "gold")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, `--class: "gold" is no class`)
	code, _, errs = runProgram(t, "customers", "more", "--config", config)
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "customers takes --config FILE")
}
