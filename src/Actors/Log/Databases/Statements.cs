using System.Data.Common;

namespace ActorRlhf.Actors.Log.Databases;

/// <summary>SQL with named parameters on a connection of any driver.</summary>
static class Statements
{
    /// <summary>A command; whoever asks disposes of it.</summary>
    public static DbCommand Command(
        this DbConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }

    /// <summary>The first value of the first row; null for none.</summary>
    public static object? Ask(this DbConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = connection.Command(sql, parameters);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    /// <summary>Carries statements out.</summary>
    /// <returns>Rows that were changed.</returns>
    public static int Execute(this DbConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = connection.Command(sql, parameters);
        return command.ExecuteNonQuery();
    }
}
