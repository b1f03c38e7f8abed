package coding

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// receiptTime reads YYMMDDhhmm, YYMMDDhhmmss, YYYYMMDDhhmmss or YYYYMMDDhhmm,
// the earlier form if two fit. Two digits from 70 are 19xx. Anything else, such
// as all zeros, is the zero time.
func receiptTime(value string) time.Time {
	for i := range len(value) {
		if value[i] < '0' || value[i] > '9' {
			return time.Time{}
		}
	}
	two := func(i int) int { return int(value[i]-'0')*10 + int(value[i+1]-'0') }
	short := func() int {
		if y := two(0); y < 70 {
			return 2000 + y
		}
		return 1900 + two(0)
	}
	switch len(value) {
	case 10:
		return wallClock(short(), two(2), two(4), two(6), two(8), 0)
	case 12:
		if t := wallClock(short(), two(2), two(4), two(6), two(8), two(10)); !t.IsZero() {
			return t
		}
		return wallClock(two(0)*100+two(2), two(4), two(6), two(8), two(10), 0)
	case 14:
		return wallClock(two(0)*100+two(2), two(4), two(6), two(8), two(10), two(12))
	default:
		return time.Time{}
	}
}

// wallClock is time.Date without its carrying over: an impossible date is the
// zero time.
func wallClock(year, month, day, hour, minute, second int) time.Time {
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	if t.Month() != time.Month(month) || t.Day() != day || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}
	}
	return t
}

// IDs gives the message ids that this receipt may mean, likeliest first and
// without repetition: what the parameter and the text hold, then MessageIDForms
// of each. Carriers answer submit_sm with one form and write another into the
// receipt.
func (r Receipt) IDs() []string {
	var ids []string
	for _, id := range []string{r.ReceiptedID, r.ID} {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, id := range slices.Clone(ids) {
		for _, form := range MessageIDForms(id) {
			if !slices.Contains(ids, form) {
				ids = append(ids, form)
			}
		}
	}
	return ids
}

// MessageIDForms gives the ways in which carriers write one message id: as it
// is, without leading zeros, in lower and in upper case, decimal as hexadecimal
// (also with eight digits) and back (also with ten). Ids beyond 64 bits are not
// converted. Two messages may share a form, so a match through a form has to
// agree in link and address too.
func MessageIDForms(id string) []string {
	forms := make([]string, 0, 8)
	add := func(form string) {
		if form != "" && !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	add(id)
	bare := strings.TrimLeft(id, "0")
	if bare == "" && id != "" {
		bare = "0"
	}
	add(bare)
	add(strings.ToLower(id))
	add(strings.ToUpper(id))
	if n, err := strconv.ParseUint(bare, 10, 64); err == nil {
		hex := strconv.FormatUint(n, 16)
		add(hex)
		add(strings.ToUpper(hex))
		if len(hex) < 8 {
			padded := strings.Repeat("0", 8-len(hex)) + hex
			add(padded)
			add(strings.ToUpper(padded))
		}
	}
	if n, err := strconv.ParseUint(bare, 16, 64); err == nil {
		decimal := strconv.FormatUint(n, 10)
		add(decimal)
		if len(decimal) < 10 {
			add(strings.Repeat("0", 10-len(decimal)) + decimal)
		}
	}
	return forms
}
