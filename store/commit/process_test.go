package commit

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const childEnv = "COMMIT_TEST_CHILD"

// TestMain is also the program of the child process that gets killed.
func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		child(path)
	}
	os.Exit(m.Run())
}

// child writes without end and prints the number of every job that was acknowledged.
func child(path string) {
	db, err := Open(Options{Path: path, Migrations: []string{testSchema}, CheckpointPages: 50})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	slots := make(chan struct{}, 64)
	for n := 0; ; n++ {
		slots <- struct{}{}
		err := db.Submit(func(tx *Tx) error {
			if _, _, err := tx.Exec(addTotal, 1); err != nil {
				return err
			}
			return insert(1, n)(tx)
		}, func(err error) {
			<-slots
			if err == nil {
				fmt.Println(n)
			}
		})
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
	}
}

func startChild(t *testing.T, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+path)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd, bufio.NewScanner(out)
}

func TestKilledProcessKeepsWhatItAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	for round, acks := range []int{1, 300, 1500} {
		path := path + strconv.Itoa(round)
		cmd, lines := startChild(t, path)
		for range acks {
			require.True(t, lines.Scan())
		}
		require.NoError(t, cmd.Process.Kill())
		last := lines.Text()
		for lines.Scan() {
			last = lines.Text() // acknowledged before the kill, read after it
		}
		_ = cmd.Wait()
		n, err := strconv.Atoi(last)
		if err != nil && !strings.HasPrefix(last, "error") {
			n = acks - 1 // the kill cut the last line
		}
		db := open(t, Options{Path: path, Migrations: []string{testSchema}})
		var rows, highest, total int64
		require.NoError(t, db.Read(ctx, func(tx *Tx) error {
			_, err := tx.Get(`SELECT count(*), max(n), (SELECT n FROM total) FROM item`, func(r Row) error {
				rows, highest, total = r.Int64(0), r.Int64(1), r.Int64(2)
				return nil
			})
			return err
		}))
		require.GreaterOrEqual(t, highest, int64(n), "every acknowledged job is there")
		require.Equal(t, highest+1, rows, "in order, without a gap")
		require.Equal(t, rows, total, "a job is there whole or not at all")
		require.NoError(t, db.Do(ctx, insert(1, int(rows))), "and work goes on")
	}
}

func TestOneProcessOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	cmd, lines := startChild(t, path)
	require.True(t, lines.Scan())
	_, err := Open(Options{Path: path, Migrations: []string{testSchema}})
	require.ErrorIs(t, err, ErrLocked)
	require.ErrorContains(t, err, path)
	require.ErrorContains(t, err, strconv.Itoa(cmd.Process.Pid))
	require.NoError(t, cmd.Process.Kill())
	for lines.Scan() {
	}
	_ = cmd.Wait()

	db := open(t, Options{Path: path, Migrations: []string{testSchema}})
	_, err = Open(Options{Path: path})
	require.ErrorIs(t, err, ErrLocked, "nor twice in one process")
	link := path + ".link"
	require.NoError(t, os.Symlink(path, link))
	_, err = Open(Options{Path: link})
	require.ErrorIs(t, err, ErrLocked, "nor by another name")
	require.NoError(t, db.Close())
	open(t, Options{Path: link, Migrations: []string{testSchema}})
}
