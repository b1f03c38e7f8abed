package parser_test

import (
	"testing"

	"shortfare/parser"
)

func BenchmarkParse(b *testing.B) {
	for name, text := range map[string]string{
		"book":      "BOOK G123 2 card N17",
		"bookCard":  "BOOK G123 2 6222021234567894",
		"confirm":   "Y 730214",
		"choose":    "1 x2 ME,LI",
		"query":     "Q BEIJING SHANGHAI 5DEC PM",
		"ambiguous": "beijing shanghai 5/12",
		"queryHan":  "从北京到上海 明天下午",
		"bookHan":   "订 G123 5号 李,我 二等",
		"register":  "REG Zhang Wei 11010519491231002X",
		"regHan":    "注册 王伟 11010519491231002X",
		"typo":      "BOKO G123 2",
		"unknown":   "what time does the next one leave and is there any food",
	} {
		b.Run(name, func(b *testing.B) {
			ctx := goldenContext()
			b.ReportAllocs()
			for b.Loop() {
				parser.Parse(text, ctx)
			}
		})
	}
}

func BenchmarkRedact(b *testing.B) {
	for name, text := range map[string]string{
		"nothing":    "BOOK G123 5DEC 2 2ND C1",
		"nothingHan": "从北京到上海 明天下午",
		"card":       "BOOK G123 2 6222021234567894",
		"document":   "REG Zhang Wei 11010519491231002X",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				parser.Redact(text)
			}
		})
	}
}
