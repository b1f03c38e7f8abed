package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"shortfare/booking/stats"
)

// listing is a table for operators: text for a terminal, CSV or JSON. Cells are
// strings, numbers and bools.
type listing struct {
	heads []string
	rows  [][]any
}

func (l *listing) add(cells ...any) { l.rows = append(l.rows, cells) }

// write writes the table in a format: text, csv or json. Whatever a cell holds, a
// terminal only shows it and a spreadsheet does not compute it.
func (l *listing) write(w io.Writer, format string) error {
	var b bytes.Buffer
	switch format {
	case "csv":
		l.csv(&b)
	case "json":
		if err := l.json(&b); err != nil {
			return err
		}
	default:
		if err := l.text(&b); err != nil {
			return err
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (l *listing) text(w io.Writer) error {
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, strings.Join(l.heads, "\t"))
	for _, row := range l.rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = flat(fmt.Sprint(c))
		}
		fmt.Fprintln(tab, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
	}
	return tab.Flush()
}

// csv writes RFC 4180, text always quoted and guarded.
func (l *listing) csv(b *bytes.Buffer) {
	for i, h := range l.heads {
		fmt.Fprintf(b, "%s%s", comma(i), csvText(h))
	}
	b.WriteString("\r\n")
	for _, row := range l.rows {
		for i, c := range row {
			b.WriteString(comma(i))
			if s, ok := c.(string); ok {
				b.WriteString(csvText(flat(s)))
			} else {
				fmt.Fprint(b, c)
			}
		}
		b.WriteString("\r\n")
	}
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

func csvText(s string) string { return `"` + strings.ReplaceAll(stats.Cell(s), `"`, `""`) + `"` }

// json writes an array of objects, their members in the order of the heads.
func (l *listing) json(b *bytes.Buffer) error {
	b.WriteString("[")
	for n, row := range l.rows {
		if n > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n  {")
		for i, c := range row {
			v, err := json.Marshal(c)
			if err != nil {
				return err
			}
			fmt.Fprintf(b, "%s%q: %s", strings.Repeat(", ", min(i, 1)), l.heads[i], visible(string(v)))
		}
		b.WriteString("}")
	}
	b.WriteString("\n]\n")
	return nil
}

// flat keeps what somebody wrote from looking like another line or column, and
// from moving a cursor or turning a line around.
func flat(s string) string {
	return visible(strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s))
}

// visible makes \u escapes of what a terminal would do something with.
func visible(s string) string {
	var b bytes.Buffer
	_, _ = printable{&b}.Write([]byte(strings.ToValidUTF8(s, "\uFFFD"))) // a buffer takes everything
	return b.String()
}
