package stats

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"

	"shortfare/booking"
	"shortfare/smpp/coding"
)

// Text is the table as an SMS of one segment (160 GSM-7 septets or 70 UCS-2
// units): head, then seats by group, the largest first, and how many groups did not
// fit: "G123 5, CA1501 2, +12 more". more writes that last part; nil is English.
// Without rows it is the head alone.
func (t *Table) Text(head string, more func(groups int) string) string {
	if more == nil {
		more = func(n int) string { return fmt.Sprintf("+%d more", n) }
	}
	rows := t.Rows()
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(b.Seats, a.Seats) })
	text, best := head, head
	if len(rows) > 0 {
		best += more(len(rows))
	}
	for i, r := range rows {
		if i > 0 {
			text += ", "
		}
		text += strings.Join(r.Labels, " ") + " " + strconv.Itoa(r.Seats)
		whole := text
		if left := len(rows) - i - 1; left > 0 {
			whole += ", " + more(left)
		}
		if oneSegment(whole) {
			best = whole
		} else if !oneSegment(text) {
			break
		}
	}
	return best
}

func oneSegment(s string) bool {
	_, _, segments := coding.Units(s)
	return segments <= 1
}

// CSV writes the table with a line of names above (RFC 4180): dimensions, orders,
// seats and an amount for each currency. Labels are always quoted, so that no
// program takes a part of one for a cell of its own, and guarded by Cell.
func (t *Table) CSV(w io.Writer) error {
	var b strings.Builder
	for _, d := range t.by {
		b.WriteString(quoted(string(d)) + ",")
	}
	b.WriteString("orders,seats")
	for _, m := range t.total.Amount {
		b.WriteString("," + quoted("amount "+label(m.Currency)))
	}
	b.WriteString("\r\n")
	for _, r := range t.Rows() {
		for _, l := range r.Labels {
			b.WriteString(quoted(l) + ",")
		}
		fmt.Fprintf(&b, "%d,%d", r.Orders, r.Seats)
		for _, m := range t.total.Amount {
			b.WriteString("," + r.amount(m.Currency).Amount())
		}
		b.WriteString("\r\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Row) amount(currency string) booking.Money {
	for _, m := range r.Amount {
		if m.Currency == currency {
			return m
		}
	}
	return booking.Money{Currency: currency}
}

func quoted(s string) string { return `"` + strings.ReplaceAll(Cell(s), `"`, `""`) + `"` }

// formula are the characters that make spreadsheets compute a cell, and their full-width forms.
const formula = "=+-@＝＋－＠"

// Cell guards a text cell of a CSV file against being computed by a spreadsheet:
// one whose first character that is seen is = + - or @, or that begins with a
// control character, gets an apostrophe before it.
func Cell(s string) string {
	if s == unknown {
		return s
	}
	seen := strings.TrimLeftFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || unicode.IsSpace(r) })
	first := []rune(seen + " ")[0]
	if strings.ContainsRune(formula, first) || s != "" && unicode.IsControl([]rune(s)[0]) {
		return "'" + s
	}
	return s
}

type jsonRow struct {
	Labels map[Dimension]string `json:"labels,omitempty"`
	Orders int                  `json:"orders"`
	Seats  int                  `json:"seats"`
	Amount map[string]int64     `json:"amount_minor"` // by currency
}

func (r *Row) json(by []Dimension) jsonRow {
	j := jsonRow{Orders: r.Orders, Seats: r.Seats, Amount: map[string]int64{}}
	for _, m := range r.Amount {
		j.Amount[m.Currency] = m.Minor
	}
	if len(by) > 0 {
		j.Labels = map[Dimension]string{}
	}
	for i, d := range by {
		j.Labels[d] = r.Labels[i]
	}
	return j
}

// JSON writes the table as one object: by, rows, and their total. Amounts are in
// the minor unit of their currency.
func (t *Table) JSON(w io.Writer) error {
	out := struct {
		By    []Dimension `json:"by"`
		Rows  []jsonRow   `json:"rows"`
		Total jsonRow     `json:"total"`
	}{By: append([]Dimension{}, t.by...), Rows: []jsonRow{}, Total: t.total.json(nil)}
	for _, r := range t.Rows() {
		out.Rows = append(out.Rows, r.json(t.by))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// Table writes the table for a person at a terminal: a line for each row, and
// their total.
func (t *Table) Table(w io.Writer) error {
	var b strings.Builder
	tab := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, d := range t.by {
		fmt.Fprintf(tab, "%s\t", d)
	}
	fmt.Fprint(tab, "seats\torders\tamount\n")
	for _, r := range t.Rows() {
		for _, l := range r.Labels {
			fmt.Fprintf(tab, "%s\t", l)
		}
		r.counts(tab)
	}
	if len(t.by) > 0 {
		fmt.Fprint(tab, "total", strings.Repeat("\t", len(t.by)))
	}
	t.total.counts(tab)
	if err := tab.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Row) counts(w io.Writer) {
	amounts := make([]string, len(r.Amount))
	for i, m := range r.Amount {
		amounts[i] = label(m.Currency) + m.Amount()
	}
	fmt.Fprintf(w, "%d\t%d\t%s\n", r.Seats, r.Orders, strings.Join(amounts, " "))
}
