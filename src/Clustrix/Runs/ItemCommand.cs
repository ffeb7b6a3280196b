using System.Globalization;
using System.Text;
using Clustrix.Node;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>What an item's shell is given: its command, behind its modules, its variables and its setup.</summary>
public static class ItemCommand
{
    // Whether a module is loaded is looked at, too: early versions of Environment Modules report an error and succeed. A name without a
    // version, or with a symbolic one, brings a version that only the list of what is loaded tells.
    private const string LoadModule = """
        command -v module >/dev/null 2>&1 || {
        	for clustrix_init in "${MODULESHOME:-/usr/share/modules}/init/sh" /etc/profile.d/modules.sh /etc/profile.d/lmod.sh /etc/profile.d/z00_lmod.sh; do
        		[ ! -r "$clustrix_init" ] || . "$clustrix_init"
        		! command -v module >/dev/null 2>&1 || break
        	done
        }
        command -v module >/dev/null 2>&1 || { echo "clustrix: this host has no 'module': neither the shell nor MODULESHOME/init/sh nor /etc/profile.d/{modules,lmod,z00_lmod}.sh defines it" >&2; exit 127; }
        clustrix_before=${LOADEDMODULES-}
        module load "$clustrix_module" || exit
        case :${LOADEDMODULES-}: in
        *:"$clustrix_module":* | *:"$clustrix_module"/*) ;;
        *)
        	case $clustrix_before,:${LOADEDMODULES-}: in
        	"${LOADEDMODULES-}",*) false ;;
        	*:"${clustrix_module%/*}"/*) ;;
        	*) false ;;
        	esac || { echo "clustrix: module load $clustrix_module reported no error, but the module isn't loaded: '${LOADEDMODULES-}'" >&2; exit 1; }
        	;;
        esac

        """;

    /// <summary>The text for <c>sh -c</c>. Without modules and setup it is the command as it stands.</summary>
    /// <param name="item">The item.</param>
    /// <remarks>
    /// Before each step the shell writes the step's number, from 1, to descriptor 8 when that is open, and 0 before the command: so
    /// whoever started the shell knows which step ended it, whatever its exit code.
    /// </remarks>
    public static string Of(Item item)
    {
        if (item.Steps.Count == 0)
        {
            return item.Command;
        }

        var script = new StringBuilder("{ true >&8; } 2>/dev/null || exec 8>/dev/null\n");
        var step = 0;
        foreach (var module in item.Modules)
        {
            Begin();
            script.Append(CultureInfo.InvariantCulture, $"clustrix_module={ShellText.Quote(module)}\n").Append(LoadModule);
        }

        if (item.Modules.Count > 0)
        {
            // A module mustn't change what the item says itself.
            foreach (var (name, value) in item.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                script.Append(ShellText.Export(name, value)).Append('\n');
            }

            script.Append("unset clustrix_module clustrix_before clustrix_init\n");
        }

        foreach (var command in item.Setup)
        {
            Begin();
            script.Append(CultureInfo.InvariantCulture, $"eval {ShellText.Quote(command)} || exit\n");
        }

        return script.Append("echo 0 >&8\nexec 8>&-\n").Append(item.Command).ToString();

        void Begin() => script.Append(CultureInfo.InvariantCulture, $"echo {++step} >&8\n");
    }
}
