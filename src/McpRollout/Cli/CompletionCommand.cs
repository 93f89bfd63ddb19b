using System.CommandLine;
using McpRollout.Hosting;

namespace McpRollout.Cli;

/// <summary><c>completion</c>: what a shell needs to complete commands, options, settings and ids of open requests.</summary>
internal static class CompletionCommand
{
    private const string Bash =
        """
        # In ~/.bashrc: eval "$(mcp-rollout completion bash)"
        _mcp_rollout() {
            local line="${COMP_LINE:0:COMP_POINT}" word
            word="${line##* }"
            # Readline breaks words at colons and equals signs: what is before the last one is not to be written again.
            local broken="${word%"${word##*[:=]}"}"
            mapfile -t COMPREPLY < <(mcp-rollout "[suggest:${#line}]" "$line" </dev/null 2>/dev/null)
            COMPREPLY=("${COMPREPLY[@]#"$broken"}")
            [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
            return 0
        }
        complete -o default -F _mcp_rollout mcp-rollout
        """;

    private const string Zsh =
        """
        #compdef mcp-rollout
        # In ~/.zshrc, behind compinit: eval "$(mcp-rollout completion zsh)"
        _mcp_rollout() {
            local line="${BUFFER[1,CURSOR]}"
            local -a words_to_choose=("${(@f)$(mcp-rollout "[suggest:${#line}]" "$line" </dev/null 2>/dev/null)}")
            local -a settings=("${(@M)words_to_choose:#*=}")
            words_to_choose=("${(@)words_to_choose:#*=}")
            (( $#settings )) && compadd -S '' -- "${settings[@]}"
            if [[ -n "${words_to_choose[*]}" ]]; then compadd -- "${words_to_choose[@]}"; elif (( ! $#settings )); then _files; fi
        }
        compdef _mcp_rollout mcp-rollout
        """;

    private const string Fish =
        """
        # mcp-rollout completion fish > ~/.config/fish/completions/mcp-rollout.fish
        function __mcp_rollout_words
            set -l line (commandline -cp | string collect)
            set -l words (mcp-rollout "[suggest:"(string length -- "$line")"]" "$line" </dev/null 2>/dev/null)
            if test (count $words) -gt 0
                printf '%s\n' $words
            else
                __fish_complete_path (commandline -ct)
            end
        end
        complete -c mcp-rollout -f -a '(__mcp_rollout_words)'
        """;

    private const string PowerShell =
        """
        # In $PROFILE: mcp-rollout completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName mcp-rollout -ScriptBlock {
            param($word, $command, $position)
            $line = "$command".PadRight($position).Substring(0, $position)
            mcp-rollout "[suggest:$position]" $line 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh (PowerShell)." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh", "powershell");
        var command = new Command("completion", "Prints what a shell needs to complete this program's commands; its first line says how to "
            + "take it.") { shell };
        command.SetAction(parsed =>
        {
            Terminal.WriteLine(ScriptFor(parsed.GetRequiredValue(shell)));
            return ExitCodes.Done;
        });
        return command;
    }

    private static string ScriptFor(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => PowerShell,
    };
}
