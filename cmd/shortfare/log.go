package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// serviceLog writes JSON lines for machines.
func serviceLog(w io.Writer, level string) (*zap.Logger, error) {
	l, err := zapcore.ParseLevel(level)
	if err != nil {
		return nil, err
	}
	ec := zap.NewProductionEncoderConfig()
	ec.EncodeTime = zapcore.ISO8601TimeEncoder
	return zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(ec), zapcore.Lock(zapcore.AddSync(printable{w})), l)), nil
}

// personLog writes short lines for a person at a terminal.
func personLog(w io.Writer, level string) (*zap.Logger, error) {
	l, err := zapcore.ParseLevel(level)
	if err != nil {
		return nil, err
	}
	ec := zap.NewDevelopmentEncoderConfig()
	ec.EncodeTime = zapcore.TimeEncoderOfLayout("15:04:05")
	ec.EncodeCaller = nil
	ec.CallerKey, ec.NameKey, ec.StacktraceKey = "", "", ""
	ec.ConsoleSeparator = " "
	return zap.New(oneLined{zapcore.NewCore(zapcore.NewConsoleEncoder(ec), zapcore.Lock(zapcore.AddSync(printable{w})), l)}), nil
}

// oneLined writes an entry in one line: the encoder for persons leaves the line ends of
// a message as they are, and what a library reports may quote its peer.
type oneLined struct{ zapcore.Core }

// With adds fields to all entries.
func (c oneLined) With(f []zapcore.Field) zapcore.Core { return oneLined{c.Core.With(f)} }

// Check adds the core to those that write the entry.
func (c oneLined) Check(e zapcore.Entry, to *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(e.Level) {
		return to.AddCore(e, c)
	}
	return to
}

// Write writes the entry.
func (c oneLined) Write(e zapcore.Entry, f []zapcore.Field) error {
	e.Message = strings.NewReplacer("\n", `\n`, "\t", " ").Replace(e.Message)
	return c.Core.Write(e, f)
}

// printable writes log lines so that what customers and peers wrote can't move a
// cursor or turn a line around: control and direction characters become \u escapes,
// which in JSON mean the same. Encoders leave those above ASCII as they are.
type printable struct{ w io.Writer }

// Write writes one line.
func (p printable) Write(line []byte) (int, error) {
	clean := line
	if bytes.ContainsFunc(line, unprintable) {
		clean = make([]byte, 0, len(line)+16)
		for rest := line; len(rest) > 0; {
			r, n := utf8.DecodeRune(rest)
			if unprintable(r) {
				clean = fmt.Appendf(clean, "\\u%04x", r)
			} else {
				clean = append(clean, rest[:n]...)
			}
			rest = rest[n:]
		}
	}
	if _, err := p.w.Write(clean); err != nil {
		return 0, err
	}
	return len(line), nil
}

// unprintable tells whether a rune may not stand in a log as it is.
func unprintable(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' && r != '\n' && r != '\t' || r == 0x7f
	}
	return r < 0x10000 && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp))
}
