package interop

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every fault of the carrier's side in the fault catalogue has a test that
// bears its id: a function such as TestS06NoAnswerInTime, or a part of a
// transcript in smpp/testdata that begins with "== S14".
func TestEveryFaultHasATest(t *testing.T) {
	id := regexp.MustCompile(`S\d\d|C\d\d`)
	tested := map[string][]string{}
	note := func(name string) {
		for _, x := range id.FindAllString(name, -1) {
			tested[x] = append(tested[x], name)
		}
	}
	require.NoError(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir():
			return err
		case strings.HasSuffix(path, "_test.go"):
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			for _, decl := range file.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
					note(f.Name.Name)
				}
			}
		case filepath.Ext(path) == ".txt":
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for line := range strings.Lines(string(text)) {
				if title, ok := strings.CutPrefix(line, "== "); ok {
					note(strings.TrimSpace(title))
				}
			}
		}
		return nil
	}))
	want := []string{"C08"}
	for n := range 20 {
		want = append(want, fmt.Sprintf("S%02d", n+1))
	}
	for _, x := range want {
		require.NotEmpty(t, tested[x], "no test bears the id %s", x)
	}
}
