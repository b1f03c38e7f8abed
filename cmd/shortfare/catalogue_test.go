package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every fault of the customers' side in the fault catalogue has a test that bears its id,
// such as TestC06TriesPerOrder, beside what smpp tests of its own.
func TestEveryCustomerFaultHasATest(t *testing.T) {
	id := regexp.MustCompile(`C\d\d`)
	tested := map[string][]string{}
	require.NoError(t, filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "smpp" || d.Name() == ".git"):
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				for _, x := range id.FindAllString(f.Name.Name, -1) {
					tested[x] = append(tested[x], f.Name.Name)
				}
			}
		}
		return nil
	}))
	for n := range 12 {
		x := fmt.Sprintf("C%02d", n+1)
		require.NotEmpty(t, tested[x], "no test bears the id %s", x)
	}
}
