package catalogue

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"unicode"
)

// feed is a GTFS zip or folder.
type feed struct {
	files  fs.FS
	prefix string // a folder inside the zip, as some archives have one
	closer io.Closer
}

func openFeed(name string) (*feed, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("catalogue: timetable: %w", err)
	}
	if info.IsDir() {
		return &feed{files: os.DirFS(name), prefix: "."}, nil
	}
	z, err := zip.OpenReader(name)
	if err != nil {
		return nil, fmt.Errorf("catalogue: %s is no GTFS zip: %w", name, err)
	}
	f := &feed{files: &z.Reader, prefix: ".", closer: z}
	for _, e := range z.File {
		if path.Base(e.Name) == "stop_times.txt" {
			f.prefix = path.Dir(e.Name)
		}
	}
	return f, nil
}

func (f *feed) close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// read calls row for every row of a file. columns are those that must be there;
// a file that is missing is an error only when it is required.
func (f *feed) read(name string, required bool, columns []string, row func(t *table) error) (found bool, err error) {
	r, err := f.files.Open(path.Join(f.prefix, name))
	if errors.Is(err, fs.ErrNotExist) {
		if required {
			return false, fmt.Errorf("catalogue: %s is missing: GTFS requires it, export the feed again", name)
		}
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("catalogue: %s: %w", name, err)
	}
	defer func() { _ = r.Close() }() // read only
	return true, readTable(name, r, columns, row)
}

// table is a CSV file while it is read, row by row; fields are valid until the
// next row.
type table struct {
	name string
	csv  *csv.Reader
	cols map[string]int
	rec  []string
}

func readTable(name string, r io.Reader, columns []string, row func(t *table) error) error {
	buf := bufio.NewReaderSize(r, 1<<16)
	if head, _ := buf.Peek(3); string(head) == "\xef\xbb\xbf" {
		_, _ = buf.Discard(3)
	}
	t := &table{name: name, csv: csv.NewReader(buf), cols: map[string]int{}}
	t.csv.ReuseRecord, t.csv.LazyQuotes, t.csv.FieldsPerRecord = true, true, -1
	head, err := t.csv.Read()
	if err == io.EOF {
		return fmt.Errorf("catalogue: %s is empty: it must begin with the names of its columns", name)
	}
	if err != nil {
		return t.wrong(err)
	}
	for i, c := range head {
		t.cols[strings.ToLower(strings.TrimSpace(c))] = i
	}
	for _, c := range columns {
		if _, ok := t.cols[c]; !ok {
			return fmt.Errorf("catalogue: %s line 1: column %s is missing: GTFS requires it", name, c)
		}
	}
	for {
		t.rec, err = t.csv.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return t.wrong(err)
		}
		if len(t.rec) == 1 && strings.TrimSpace(t.rec[0]) == "" {
			continue
		}
		if err := row(t); err != nil {
			return err
		}
	}
}

func (t *table) wrong(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return fmt.Errorf("catalogue: %s line %d: %w", t.name, p.Line, p.Err)
	}
	return fmt.Errorf("catalogue: %s: %w", t.name, err)
}

// fail is an error about the present row.
func (t *table) fail(format string, args ...any) error {
	line, _ := t.csv.FieldPos(0)
	return fmt.Errorf("catalogue: %s line %d: %w", t.name, line, fmt.Errorf(format, args...))
}

// column finds a column; -1 when the file has none of that name.
func (t *table) column(name string) int {
	if i, ok := t.cols[name]; ok {
		return i
	}
	return -1
}

// at gives a field by column, empty when the column or the field is missing.
func (t *table) at(col int) string {
	if col < 0 || col >= len(t.rec) {
		return ""
	}
	return visible(t.rec[col])
}

// visible makes a field fit to be shown wherever a name is: in a text message, in a table
// at a terminal, in a log. What does not print becomes a space.
func visible(s string) string {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f {
			s = strings.Map(func(r rune) rune {
				if !unicode.IsPrint(r) {
					return ' '
				}
				return r
			}, strings.ToValidUTF8(s, "?"))
			break
		}
	}
	return strings.TrimSpace(s)
}

func (t *table) get(name string) string { return t.at(t.column(name)) }

// keep is get for text that outlives the row.
func (t *table) keep(name string) string { return strings.Clone(t.get(name)) }
