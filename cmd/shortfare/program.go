package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"shortfare/booking/dialogue"
	"shortfare/booking/vault"
	"shortfare/cmd/shortfare/config"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // it ran and failed
	exitUsage  = 2 // it was called, or configured, wrongly
)

const usage = `shortfare sells tickets by text message.

usage:
  shortfare serve --config FILE    run the service until SIGTERM
  shortfare check --config FILE    validate a configuration; touches nothing
  shortfare stats --config FILE    count orders, beside the running service; --help lists how
  shortfare callbacks --config FILE  customers whom a person is to call; callbacks show NUMBER has their texts
  shortfare review --config FILE   orders that an operator must look at; review show ORDER has their money and journal
  shortfare customers --config FILE  registered customers by class; --class CLASS lists those of one
  shortfare local [--data DIR]     the whole product on this machine, with a phone to text from
  shortfare demo FILE...           play conversations and compare every answer
  shortfare stage [--carrier ADDR] the demo's gateway alone, for conversations of another carrier; --help says how
  shortfare key FILE               make a new vault key in FILE
  shortfare password NAME          print the line of an operator for console.operators_file
  shortfare help                   this text
`

// program is the command with what it talks to, so that tests can run it.
type program struct {
	in      *os.File
	out     io.Writer
	err     io.Writer
	environ []string
}

// run executes one command line and returns the exit code.
func (p program) run(ctx context.Context, args []string) int {
	p.err = printable{p.err} // errors quote files, peers and what was typed
	if len(args) == 0 {
		fmt.Fprint(p.err, usage)
		return exitUsage
	}
	var err error
	switch args[0] {
	case "serve":
		err = p.serve(ctx, args[1:])
	case "check":
		err = p.check(args[1:])
	case "stats":
		err = p.stats(ctx, args[1:])
	case "callbacks":
		err = p.callbacks(ctx, args[1:])
	case "review":
		err = p.review(ctx, args[1:])
	case "customers":
		err = p.customers(ctx, args[1:])
	case "local":
		err = p.local(ctx, args[1:])
	case "demo":
		err = p.demo(ctx, args[1:])
	case "stage":
		err = p.stage(ctx, args[1:])
	case "password":
		err = p.password(args[1:])
	case "key":
		err = p.key(args[1:])
	case "help", "-h", "--help":
		fmt.Fprint(p.out, usage)
	default:
		fmt.Fprintf(p.err, "shortfare: %q is not a command\n\n%s", args[0], usage)
		return exitUsage
	}
	return p.exit(err)
}

// exit prints what went wrong and chooses the code.
func (p program) exit(err error) int {
	var problems config.Problems
	var misuse usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, flag.ErrHelp):
		return exitUsage
	case errors.As(err, &problems):
		fmt.Fprintln(p.err, problems.Error())
		return exitUsage
	case errors.As(err, &misuse):
		fmt.Fprintf(p.err, "shortfare: %v\n", err)
		return exitUsage
	}
	fmt.Fprintf(p.err, "shortfare: %v\n", err)
	return exitFailed
}

// usageError is a mistake in the command line.
type usageError string

// Error returns what is wrong.
func (e usageError) Error() string { return string(e) }

// configFlag parses the flags of commands that take --config and nothing else.
func (p program) configFlag(name string, args []string) (string, error) {
	fs := flag.NewFlagSet("shortfare "+name, flag.ContinueOnError)
	fs.SetOutput(p.err)
	file := fs.String("config", "", "configuration `FILE`")
	if err := fs.Parse(args); err != nil {
		return "", flag.ErrHelp
	}
	if *file == "" || fs.NArg() > 0 {
		return "", usageError(name + " takes --config FILE and nothing else")
	}
	return *file, nil
}

// check validates a configuration.
func (p program) check(args []string) error {
	file, err := p.configFlag("check", args)
	if err != nil {
		return err
	}
	c, err := config.Load(file, p.environ)
	if err != nil {
		return err
	}
	if _, err := vault.Open(c.Vault.KeyFile); err != nil {
		return c.Problem("vault.key_file", err.Error()+"; `shortfare key FILE` makes one")
	}
	if err := p.checkMessages(c); err != nil {
		return err
	}
	fmt.Fprintf(printable{p.out}, "%s is valid: short code %s, %d link(s), store %s\n", file, c.ShortCode, len(c.SMPP.Links), c.Store.URL)
	return nil
}

// checkMessages looks at the words of more languages: a line that cannot be used, or that
// needs a second segment, is an error, and so is a key that a language lacks, which `serve`
// says in English.
func (p program) checkMessages(c *config.Config) error {
	all, err := dialogue.LoadMessages(c.MessagesDir)
	if err != nil {
		return c.Problem("messages_dir", err.Error()+"; correct the file, or leave messages_dir empty")
	}
	if long := all.TooLong(); len(long) > 0 && c.MessagesLong != "allow" {
		return c.Problem("messages_dir", tooLong(long))
	} else if len(long) > 0 {
		fmt.Fprintf(p.out, "warning: need a second segment: %s\n", some(long))
	}
	if missing := all.Missing(); len(missing) > 0 {
		return c.Problem("messages_dir", fmt.Sprintf("%d keys are missing and would be said in English: %s; translate them, as messages/en.txt has them", len(missing), some(missing)))
	}
	return nil
}

// tooLong says which words need a second segment, and what to do.
func tooLong(long []string) string {
	return fmt.Sprintf("need a second segment: %s; shorten them, add a shorter variant behind each (key.2 = ...), or set messages_long: allow", some(long))
}

// some joins the first of many.
func some(all []string) string {
	const most = 20
	list := strings.Join(all[:min(most, len(all))], ", ")
	if len(all) > most {
		list += ", ..."
	}
	return list
}
