package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// An order that nobody has acknowledged the refund of is listed and shown beside the
// service, with its money and its journal.
func TestReviewBesideTheService(t *testing.T) {
	t.Parallel()
	x, config := startWorld(t)
	x.text("13800138001", "REG Zhang Wei 11010519491231002X")
	x.buy("13800138001", "BOOK G123 9DEC 1 2ND card")
	order := regexp.MustCompile(`[2-9A-Z]{5}`).FindString(strings.TrimPrefix(x.text("13800138001", "ORD"), "Text"))
	code := regexp.MustCompile(`Reply Y ([0-9]{6})`).FindStringSubmatch(x.text("13800138001", "CXL "+order))
	require.NotNil(t, code)
	require.NoError(t, x.w.bank.SetMode("down"))
	require.NoError(t, x.w.Text("13800138001", "Y "+code[1]))
	for _, d := range []time.Duration{6 * time.Second, 13 * time.Hour} { // it takes long, and then it needs a person
		_, err := x.w.control(x.ctx, []string{"clock", d.String()})
		require.NoError(t, err)
		answer, err := x.w.Next(x.ctx, "13800138001")
		require.NoError(t, err)
		require.Contains(t, answer, order)
	}

	exit, out, errs := runProgram(t, "review", "--config", config)
	require.Zero(t, exit, errs)
	require.Regexp(t, `(?m)^`+order+`  1380\*+01  G123     2030-12-09 11:05  1      CNY553  refund            2030-12-0`, out)
	exit, out, errs = runProgram(t, "review", "show", strings.ToLower(order), "--config", config)
	require.Zero(t, exit, errs)
	for _, want := range []string{"order " + order, "not acknowledged: refund", "ticketed false  charged true", "CNY553  failed at", "VoidDone  voiding > reversing",
		"ReverseUnknown  reversing > review", "posting  customer > terminal CNY553"} {
		require.Contains(t, out, want)
	}
	exit, out, errs = runProgram(t, "review", "show", order, "--json", "--config", config)
	require.Zero(t, exit, errs)
	var back reviewed
	require.NoError(t, json.Unmarshal([]byte(out), &back))
	require.Equal(t, []string{order, booking.CallRefund.String(), "failed"}, []string{back.Order, back.Open, back.Refunds[0].State})
	require.NotContains(t, out, "Zhang")

	for args, want := range map[string]string{
		"review --config " + config + " show K7M2P":              `no order "K7M2P" is in review`,
		"review --config " + config + " end K7M2P":               "text REVIEW to 12345",
		"review --config " + config + " show K7M2P --format csv": "show knows --format text or json",
		"review": "review needs --config FILE",
	} {
		exit, _, errs = runProgram(t, strings.Fields(args)...)
		require.NotZero(t, exit)
		require.Contains(t, errs, want)
	}
}
