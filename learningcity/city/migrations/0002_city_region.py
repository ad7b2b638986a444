from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("city", "0001_city_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name="city",
            name="region",
            field=models.CharField(blank=True, default="", max_length=3),
        ),
    ]
